/** Developer keys in the settings. */
import { expect, type Page } from '@playwright/test';
import type { CreatedKey, KeyList } from '../../src/api/types';
import { t } from '../../src/texts';
import { developers } from '../../src/texts/developers';
import { stack, test, watchForProblems } from './app';
import { expectAccessible } from './axe';
import { findOverflowing, findSmallTargets } from './layout';
import { member, openAs } from './members';
import { button, shot } from './uploads';

const words = developers.keys;
const NAME = 'Slide show in the hall';
const MAX_KEYS = 5;

const section = (page: Page) => page.getByRole('region', { name: words.title, exact: true });
const secretOf = (page: Page) => page.getByLabel(words.secret.label, { exact: true });

async function create(page: Page, name: string): Promise<void> {
  await section(page).getByLabel(words.form.name).fill(name);
  await button(section(page), words.form.create).click();
}

/** Returns the status of an open route with this key. */
const callWith = async (page: Page, key: string): Promise<number> =>
  (
    await page.request.get(`${stack.api}/public?limit=1`, { headers: { 'x-api-key': key } })
  ).status();

async function expectToFit(page: Page): Promise<void> {
  expect(await findOverflowing(page)).toEqual([]);
  const isPhone = test.info().project.name === 'phone';
  expect(await findSmallTargets(page, isPhone ? 44 : 24)).toEqual([]);
}

test('a member creates, copies, uses and revokes a developer key', async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const julia = await member('Julia', 'Cameron');
  const page = await openAs(context, julia, '/settings');
  const problems = watchForProblems(page);
  await expect(section(page).getByText(words.none)).toBeVisible();
  const { limits } = await julia.call<KeyList>('GET', '/keys');
  await expect(section(page)).toContainText(
    words.limits(limits.callsPerSecond, limits.burst, limits.callsPerDay),
  );

  await create(page, NAME);
  await expect(secretOf(page)).toBeVisible();
  await button(section(page), words.secret.copy).click();
  const key = await page.evaluate(() => navigator.clipboard.readText());
  await expect(secretOf(page)).toHaveValue(key);
  await expectAccessible(page, 'a new key');
  await expectToFit(page);
  await shot(page, 'new-key');
  await expect.poll(() => callWith(page, key)).toBe(200);

  await page.reload();
  await expect(section(page).getByText(NAME, { exact: true })).toBeVisible();
  expect(await page.content()).not.toContain(key);

  await button(section(page), words.revoke.actionFor(NAME)).click();
  await page.getByRole('dialog').getByRole('button', { name: words.revoke.no }).click();
  await button(section(page), words.revoke.actionFor(NAME)).click();
  await page.getByRole('dialog').getByRole('button', { name: words.revoke.yes }).click();
  await expect(section(page).getByText(words.none)).toBeVisible();
  await expect.poll(() => callWith(page, key), { timeout: 60_000 }).toBe(403);
  expect(problems).toEqual([]);
});

test('the settings show the use of keys, and why there can be no more', async ({ context }) => {
  const anna = await member('Anna', 'Atkins');
  const keys: CreatedKey[] = [];
  for (let number = 1; number <= MAX_KEYS; number++)
    keys.push(await anna.call<CreatedKey>('POST', '/keys', { name: `Program ${number}` }));
  const page = await openAs(context, anna, '/settings');
  await expect(section(page).getByText('Program 5', { exact: true })).toBeVisible();
  await create(page, 'One too many');
  await expect(section(page).getByRole('alert').filter({ hasText: /\d/ })).toBeVisible();
  await expect(section(page).getByLabel(words.form.name)).toHaveValue('One too many');

  // The local cloud has no usage of earlier days.
  await page.route('**/v1/keys', async (route) => {
    const reply = await route.fetch();
    const body = (await reply.json()) as { data: KeyList };
    const usage = Array.from({ length: 30 }, (_, day) => ({
      date: new Date(Date.now() - (29 - day) * 86_400_000).toISOString().slice(0, 10),
      calls: 100 + Math.round(90 * Math.sin(day)),
    }));
    Object.assign(body.data.items[0]!, { usage, callsToday: usage[29]!.calls });
    await route.fulfill({ response: reply, json: body });
  });
  await page.reload();
  const summary = section(page).locator('summary');
  await summary.click();
  const table = section(page).getByRole('table', { name: words.table('Program 5') });
  await expect(table.getByRole('row')).toHaveCount(31);
  await expectAccessible(page, 'the use of a key');
  await expectToFit(page);
  await page.setViewportSize({ width: 320, height: 844 });
  expect(await findOverflowing(page)).toEqual([]);
  await section(page).scrollIntoViewIfNeeded();
  await shot(page, 'use-of-keys');

  await page.route('**/v1/keys', (route) => route.abort());
  await page.reload();
  await expect(section(page).getByRole('alert').filter({ hasText: words.failed })).toBeVisible();
  await page.unrouteAll();
  await button(section(page), t.words.retry).click();
  await expect(section(page).getByText('Program 1', { exact: true })).toBeVisible();
});
