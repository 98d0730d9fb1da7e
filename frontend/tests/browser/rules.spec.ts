/** Smart albums: the page of a rule, and the album that contains the matching pictures. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Album } from '../../src/api/album-types';
import type { Evaluation, Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { albumTexts } from '../../src/texts/albums';
import { ruleTexts } from '../../src/texts/rules';
import { addressOf, test, tile, watchForProblems } from './app';
import { expectAccessible } from './axe';
import { expectFocus, tabTo } from './keyboard';
import { findOverflowing, findSmallTargets } from './layout';
import { befriend, member, openAs, publish, type Member } from './members';
import { photograph } from './pictures';
import { button, shot } from './uploads';

const { form, conditions, mode, editor, preview, samples, cases, guide } = ruleTexts;
const WIDE = 'picture.width > picture.height';
/** The words before the number of pictures that were read. */
const [LOOKING = ''] = albumTexts.smart.progress.running(0).split(':');

/** Publishes a landscape and a portrait picture of ISO 400, taken in 2024. */
async function publishTwo(page: Page, owner: Member): Promise<Record<'wide' | 'tall', Picture>> {
  const wide = await publish(owner, await photograph(page, 600, 400, 30), { caption: 'Wide' });
  const tall = await publish(owner, await photograph(page, 400, 600, 120), { caption: 'Tall' });
  return { wide, tall };
}

const code = (page: Page) => page.getByRole('textbox', { name: editor.label });
const result = (page: Page, { id }: Picture) => page.locator(`[data-picture-result="${id}"]`);

async function openCode(page: Page): Promise<void> {
  await page.getByText(mode.code, { exact: true }).click();
  await expect(page.getByText(editor.keys)).toBeVisible();
}

/** Replaces the code in the editor, as one input. */
async function enterCode(page: Page, text: string): Promise<void> {
  await code(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  if (text) await page.keyboard.insertText(text);
  else await page.keyboard.press('Delete');
  await page.keyboard.press('Escape'); // closes the completion
}

const expectCount = (page: Page, matches: number, total: number) =>
  expect(page.getByText(preview.count(matches, total), { exact: true })).toBeVisible();

async function expectToFit(page: Page): Promise<void> {
  expect(await findOverflowing(page)).toEqual([]);
  expect(await findSmallTargets(page, 24)).toEqual([]);
}

const optionOf = (row: Locator, label: string, option: string) =>
  row.getByLabel(label, { exact: true }).selectOption({ label: option });

test('a member creates a smart album from conditions, and its pictures appear', async ({
  page: blank,
  context,
}) => {
  const anna = await member('Anna', 'Atkins');
  const { wide, tall } = await publishTwo(blank, anna);
  const page = await openAs(context, anna, '/a');
  const problems = watchForProblems(page);
  const editorRequests: string[] = [];
  page.on('request', (request) => {
    if (/assets\/editor-/.test(request.url())) editorRequests.push(request.url());
  });

  await test.step('the list of albums leads to the page', async () => {
    await page.getByRole('link', { name: albumTexts.smart.create }).click();
    await expect(page).toHaveURL(addressOf('/a/new/rule'));
    await expect(page).toHaveTitle(new RegExp(ruleTexts.createTitle));
    await expect(page.getByText(preview.empty)).toBeVisible();
    await expectAccessible(page, 'new smart album');
  });

  await test.step('the preview follows the conditions', async () => {
    const row = page.getByRole('group', { name: conditions.row(1) });
    await optionOf(row, conditions.field, conditions.fields.orientation);
    await optionOf(row, conditions.value, conditions.choices.landscape);
    await expectCount(page, 1, 2);
    await expect(result(page, wide)).toContainText(preview.matches);
    await expect(result(page, tall)).toContainText(preview.differs);
    await button(page, conditions.add).click();
    const second = page.getByRole('group', { name: conditions.row(2) });
    await expect(second.getByLabel(conditions.field)).toBeFocused();
    await optionOf(second, conditions.field, conditions.fields.iso);
    await second.getByLabel(conditions.value, { exact: true }).fill('800');
    await expectCount(page, 0, 2);
    await page.getByLabel(conditions.join).selectOption('any');
    await expectCount(page, 1, 2);
    await expectAccessible(page, 'conditions');
    await expectToFit(page);
    await shot(page, 'conditions');
    expect(editorRequests).toEqual([]);
  });

  await test.step('title and values must be complete', async () => {
    await page.getByLabel(conditions.value, { exact: true }).last().fill('');
    await button(page, form.create).click();
    await expect(page.getByText(form.titleMissing)).toBeVisible();
    await page.getByLabel(form.title, { exact: true }).fill('Wide');
    await button(page, form.create).click();
    await expect(page.getByText(form.rowsIncomplete)).toBeVisible();
    await button(page, conditions.removeOne(2)).click();
    await expectAccessible(page, 'a condition was removed');
    await expect(page.locator('[data-live="on"]')).toBeAttached();
    await button(page, form.create).click();
    await expect(page).toHaveURL(/\/a\/[\w-]{36}$/);
  });

  await test.step('the album shows the match, and no progress when it is complete', async () => {
    const title = page.getByRole('heading', { name: 'Wide', level: 1 });
    await expect(title).toBeVisible();
    await expect(tile(page, wide.id)).toBeVisible({ timeout: 60_000 }); // without a reload
    const id = new URL(page.url()).pathname.split('/').at(-1);
    const state = async () => (await anna.call<Album>('GET', `/albums/${id}`)).ruleProgress?.state;
    await expect.poll(state, { timeout: 60_000 }).toBe('complete');
    await expect(page.getByText(LOOKING)).toHaveCount(0, { timeout: 60_000 });
    await expect(page.getByText(albumTexts.count(1), { exact: true })).toBeVisible();
    await page.reload();
    await expect(title).toBeVisible();
    await expect(tile(page, wide.id)).toBeVisible();
    await expect(page.getByText(LOOKING)).toHaveCount(0);
  });

  await test.step('the album has a mark and its rule, and takes no pictures by hand', async () => {
    await expect(page.getByText(albumTexts.smart.label, { exact: true })).toBeVisible();
    await expect(tile(page, tall.id)).toHaveCount(0);
    await page.getByText(albumTexts.smart.rule, { exact: true }).click();
    await expect(page.getByText('picture.width > picture.height')).toBeVisible();
    await expectAccessible(page, 'smart album');
    await expectToFit(page);
    await page.goto(addressOf('/mine'));
    await button(page, t.feed.select.start).click();
    await tile(page, tall.id).click();
    await button(page, albumTexts.add.action).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(albumTexts.add.none)).toBeVisible();
  });
  expect(problems).toEqual([]);
});

test('the page says whether an answer is correct, as in the exercise', async ({
  page: blank,
  context,
}) => {
  const anna = await member('Anna', 'Atkins');
  await publishTwo(blank, anna);
  const page = await openAs(context, anna, '/a/new/rule');
  const problems = watchForProblems(page);
  await openCode(page);

  const choose = async (caption: string, decision: string) => {
    await button(page, cases.add).click();
    const dialog = page.getByRole('dialog', { name: cases.choose });
    await dialog.getByRole('checkbox', { name: caption }).check();
    await expectAccessible(page, 'choosing examples');
    await button(dialog, decision).click();
  };
  await choose('Wide', cases.belongs);
  await choose('Tall', cases.differs);

  await enterCode(page, 'picture.iso == 400');
  await expect(page.getByText(cases.someIncorrect(1, 2))).toBeVisible();
  await expect(page.locator('[data-verdict="incorrect"]')).toContainText(cases.incorrect);
  await expectAccessible(page, 'an incorrect answer');
  await enterCode(page, WIDE);
  await expect(page.getByText(cases.allCorrect(2))).toBeVisible();
  await expect(page.locator('[data-verdict="correct"]')).toHaveCount(2);
  await expectAccessible(page, 'a correct answer');
  await expectToFit(page);
  await shot(page, 'correct-answer');

  await button(page, cases.remove('Tall')).click();
  await expect(page.getByText(cases.allCorrect(1))).toBeVisible();
  expect(problems).toEqual([]);
});

test('the editor completes fields, shows errors, and is left by Tab', async ({
  page: blank,
  context,
}) => {
  const anna = await member('Anna', 'Atkins');
  await publishTwo(blank, anna);
  const page = await openAs(context, anna, '/a/new/rule');
  const problems = watchForProblems(page);
  await openCode(page);

  await test.step('a completion has a sentence', async () => {
    await code(page).click();
    await page.keyboard.type('picture.foc');
    await expect(page.getByRole('option', { name: /focal_length/ })).toBeVisible();
    await expect(page.locator('.cm-completionInfo')).toBeVisible();
    await expectAccessible(page, 'completion');
    await page.keyboard.press('Enter');
    await expect(code(page)).toHaveText('picture.focal_length');
  });

  await test.step('an error is in the code and below it', async () => {
    await enterCode(page, 'picture.camrea == "X"');
    const message = '`camrea` is not a field of `picture`. Did you mean `camera`?';
    await expect(page.getByText(editor.error(1, 9, message))).toBeVisible();
    await expect(page.locator('.cm-lintRange-error')).toHaveText('camrea');
    await expect(page.getByText(preview.error)).toBeVisible();
    await expectAccessible(page, 'an error in the rule');
    await expectToFit(page);
    await shot(page, 'error');
    await button(page, editor.goTo).click();
    await page.keyboard.insertText('camera');
    await expectCount(page, 0, 2);
    await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
  });

  await test.step('a rule without a test for None has results and an error', async () => {
    await enterCode(page, 'picture.latitude > 3');
    await expect(page.getByText(/line 1, column \d+/i)).toBeVisible();
  });

  await test.step('Tab leaves the editor, and Shift+Tab returns', async () => {
    await code(page).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Tab');
    await expect(code(page)).not.toBeFocused();
    await expectFocus(page);
    await page.keyboard.press('Shift+Tab');
    await expect(code(page)).toBeFocused();
    await expect(code(page)).toHaveText('picture.latitude > 3');
    const sample = button(page, samples.names.year);
    await tabTo(page, sample);
    await page.keyboard.press('Enter');
    await expect(code(page)).toHaveText('picture.year == 2024');
    await expectCount(page, 2, 2);
  });

  await test.step('the guide inserts fields', async () => {
    await page.locator('.toasts').getByRole('button', { name: t.words.close }).click();
    await page.getByText(guide.title, { exact: true }).click();
    // The header covers a part of a button otherwise.
    await page.evaluate(() => scrollTo(0, 0));
    await expectAccessible(page, 'guide');
    await expectToFit(page);
    await enterCode(page, '');
    await page.getByTitle(guide.insert('iso')).click();
    await expect(code(page)).toHaveText('picture.iso');
  });

  await test.step('code that conditions cannot express stays code', async () => {
    await enterCode(page, WIDE);
    await page.getByText(mode.conditions, { exact: true }).click();
    await expect(page.getByText(mode.codeOnly)).toBeVisible();
    await button(page, mode.toCode).click();
    await expect(code(page)).toHaveText(WIDE);
  });
  expect(problems).toEqual([]);
});

test('nothing typed is lost by a reload or without a connection', async ({
  page: blank,
  context,
}) => {
  const anna = await member('Anna', 'Atkins');
  await publishTwo(blank, anna);
  const page = await openAs(context, anna, '/a/new/rule');
  await openCode(page);
  await enterCode(page, WIDE);
  await page.getByLabel(form.title, { exact: true }).fill('Wide');
  await expectCount(page, 1, 2);

  await page.reload();
  await expect(code(page)).toHaveText(WIDE);
  await expect(page.getByRole('main').getByText(ruleTexts.restored)).toBeVisible();
  await expect(page.getByLabel(form.title, { exact: true })).toHaveValue('Wide');
  await expectAccessible(page, 'a restored rule');

  await context.setOffline(true);
  await enterCode(page, 'picture.iso == 400');
  await expect(page.getByText(preview.offline)).toBeVisible();
  await expect(page.getByText(preview.outdated)).toBeVisible();
  await expectAccessible(page, 'offline');
  await context.setOffline(false);
  await expectCount(page, 2, 2);

  await page.route('**/rules/evaluate', (route) => route.abort());
  await enterCode(page, WIDE);
  await expect(page.getByText(preview.failed(t.errors.network))).toBeVisible();
  await page.unrouteAll();
  await button(page, t.words.retry).click();
  await expectCount(page, 1, 2);

  await button(page, form.discard).click();
  await expect(page.getByText(preview.empty)).toBeVisible();
});

test('replies to earlier rules are dropped, and one request is sent at a time', async ({
  page: blank,
  context,
}) => {
  const anna = await member('Anna', 'Atkins');
  await publishTwo(blank, anna);
  const page = await openAs(context, anna, '/a/new/rule');
  let running = 0;
  let most = 0;
  await page.route('**/rules/evaluate', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    most = Math.max(most, ++running);
    const reply = await route.fetch();
    const body = (await reply.json()) as { data: Evaluation };
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    running -= 1;
    await route.fulfill({ response: reply, json: body });
  });
  await openCode(page);
  await enterCode(page, 'picture.iso == 400');
  await page.waitForRequest('**/rules/evaluate');
  await enterCode(page, WIDE);
  await expectCount(page, 1, 2);
  await expect(page.getByText(preview.count(2, 2))).toHaveCount(0);
  expect(most).toBe(1);
});

test('only the owner edits the rule of an album', async ({ page: blank, browser }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const { wide, tall } = await publishTwo(blank, anna);
  const rule = 'picture.width is not None and picture.width > 500';
  const { id } = await anna.call<Album>('POST', '/albums', { title: 'Wide', rule });
  await anna.call('PUT', `/albums/${id}/members/${julia.id}`, { role: 'curator' });

  await test.step('the owner changes it, and the album follows', async () => {
    const page = await openAs(await browser.newContext(), anna, `/a/${id}`);
    await page.getByRole('link', { name: albumTexts.smart.edit }).click();
    await expect(page.getByRole('heading', { name: ruleTexts.editTitle('Wide') })).toBeVisible();
    await expect(code(page)).toHaveText(rule);
    await enterCode(page, 'picture.height is not None and picture.height > 500');
    await page.getByLabel(form.title, { exact: true }).fill('Tall');
    await button(page, form.save).click();
    await expect(page.getByRole('heading', { name: 'Tall', level: 1 })).toBeVisible();
    const ids = async () =>
      (await anna.call<{ items: Picture[] }>('GET', `/albums/${id}/pictures`)).items.map(
        (picture) => picture.id,
      );
    await expect.poll(ids, { timeout: 60_000 }).toEqual([tall.id]);
    await page.reload();
    await expect(tile(page, tall.id)).toBeVisible();
    await expect(tile(page, wide.id)).toHaveCount(0);
  });

  await test.step('a curator sees the album, and neither edits the rule nor adds', async () => {
    const page = await openAs(await browser.newContext(), julia, `/a/${id}`);
    await expect(page.getByText(albumTexts.smart.label, { exact: true })).toBeVisible();
    await expect(page.getByTitle(t.picture.badges.private, { exact: true })).toHaveCount(0);
    await expect(page.getByRole('link', { name: albumTexts.smart.edit })).toHaveCount(0);
    await page.goto(addressOf(`/a/${id}/rule`));
    await expect(page.getByText(ruleTexts.notOwner.title)).toBeVisible();
    await expectAccessible(page, 'the rule of another member');
  });
});
