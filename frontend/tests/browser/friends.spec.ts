import { expect, type Locator, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import {
  confirm,
  openDetails,
  register,
  stack,
  tab,
  test,
  tile,
  uploaded,
  watchForProblems,
} from './app';
import { photograph } from './pictures';

const JULIA = 'Julia Cameron';
const ANNA = 'Anna Atkins';

test('two become friends, one shows a picture to friends, and they part', async ({
  page: julia,
  browser,
}, { project }) => {
  const anna = await (await browser.newContext()).newPage();
  const problems = [julia, anna].map(watchForProblems);
  const run = `${project.name}-${Date.now().toString(36)}`;

  await test.step('both sign up', async () => {
    for (const [page, first, last] of [
      [julia, 'Julia', 'Cameron'],
      [anna, 'Anna', 'Atkins'],
    ] as const) {
      await page.goto(`${stack.web}sign-up`);
      await register(page, { first, last }, `${first.toLowerCase()}-${run}`);
      await confirm(page);
    }
  });

  await test.step('Julia finds Anna by her handle and asks', async () => {
    await tab(julia, t.nav.friends).click();
    await expect(julia.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
    await find(julia, `nobody-${run}`);
    await expect(julia.getByRole('alert').filter({ hasText: /./ })).toBeVisible();
    await find(julia, `@anna-${run}`);
    await act(julia, t.friends.ask, ANNA).press('Enter');
    await expect(person(julia, 'requested', ANNA)).toBeVisible();
    const found = julia.getByRole('region', { name: t.friends.find.title });
    await expect(act(found, t.friends.withdraw, ANNA)).toBeVisible();
    await expect(act(found, t.friends.ask, ANNA)).toHaveCount(0);
    // Where the button was there is another one: the focus stays with the person.
    await expect(julia.locator(':focus')).toContainText(ANNA);
  });

  const shown = await test.step('Julia uploads a picture for friends', async () => {
    await tab(julia, t.nav.mine).click();
    await julia
      .getByRole('group', { name: t.upload.who })
      .getByText(t.upload.visibility.friends)
      .click();
    const file = {
      name: 'family.jpg',
      mimeType: 'image/jpeg',
      buffer: await photograph(julia, 1200, 900, 30),
    };
    await julia.getByLabel(t.upload.choose).last().setInputFiles(file);
    const picture = await uploaded(julia, 'family.jpg');
    await expect(tile(julia, picture.id)).toContainText(t.picture.badges.friends);
    return picture;
  });

  await test.step('Anna does not see it yet, and accepts', async () => {
    await anna.goto(`${stack.web}friends`);
    await anna.reload();
    await expect(person(anna, 'invited', JULIA)).toBeVisible();
    await openFeed(anna);
    await expect(tile(anna, shown.id)).toHaveCount(0);
    await tab(anna, t.nav.friends).click();
    await act(anna, t.friends.accept, JULIA).press('Enter');
    await expect(person(anna, 'friends', JULIA)).toBeVisible();
    await expect(anna.getByRole('region', { name: t.friends.lists.invited })).toHaveCount(0);
    // The list that had the focus is gone.
    await expect(anna.getByRole('heading', { name: t.friends.title, exact: true })).toBeFocused();
  });

  await test.step('it is in Anna’s feed, large, and she cannot change it', async () => {
    await expect(async () => {
      await openFeed(anna);
      await expect(tile(anna, shown.id)).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
    await tile(anna, shown.id).click();
    const details = await openDetails(anna);
    await expect(details).toContainText(JULIA);
    await expect(details.getByRole('group', { name: t.picture.visibility })).toHaveCount(0);
  });

  await test.step('Julia takes it back and shows it again', async () => {
    await tile(julia, shown.id).click();
    const choice = (await openDetails(julia)).getByRole('group', { name: t.picture.visibility });
    await expect(choice.getByRole('radio', { name: t.upload.visibility.friends })).toBeChecked();
    await choice.getByText(t.upload.visibility.private).click();
    await expect(choice.getByRole('radio', { name: t.upload.visibility.private })).toBeChecked();
    await expect(choice).toBeEnabled();
    await openFeed(anna);
    await expect(tile(anna, shown.id)).toHaveCount(0);
    await choice.getByText(t.upload.visibility.friends).click();
    await expect(choice).toBeEnabled();
  });

  await test.step('Anna thinks twice, and unfriends', async () => {
    await tab(anna, t.nav.friends).click();
    await act(anna, t.friends.unfriend, JULIA).press('Enter');
    const keep = anna.getByRole('button', { name: t.friends.stayFriends });
    await expect(keep).toBeFocused();
    await keep.press('Escape');
    await expect(act(anna, t.friends.unfriend, JULIA)).toBeFocused();
    await act(anna, t.friends.unfriend, JULIA).press('Enter');
    await anna
      .getByRole('group', { name: t.friends.confirmUnfriend(JULIA) })
      .getByRole('button', { name: t.friends.unfriend })
      .click();
    await expect(anna.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
  });

  await test.step('the picture is gone at the next load, and so is the friend', async () => {
    await openFeed(anna);
    await expect(tile(anna, shown.id)).toHaveCount(0);
    await anna.goto(`${stack.web}p/${shown.owner}/${shown.id}`);
    await expect(anna.getByText(t.picture.notFound)).toBeVisible();
    await julia.goto(`${stack.web}friends`);
    await expect(julia.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
  });

  expect(problems.flat()).toEqual([]);
});

async function find(page: Page, handle: string): Promise<void> {
  await page.getByLabel(t.auth.handle).fill(handle);
  await page.getByLabel(t.auth.handle).press('Enter');
}

const act = (page: Page | Locator, what: string, name: string) =>
  page.getByRole('button', { name: t.friends.actionFor(what, name) }).first();
const person = (page: Page, list: keyof typeof t.friends.lists, name: string) =>
  page
    .getByRole('region', { name: t.friends.lists[list] })
    .getByRole('listitem')
    .filter({ hasText: name });

/** Loads the app anew and waits until its feed is there. */
async function openFeed(page: Page): Promise<void> {
  await page.goto(`${stack.web}feed`);
  const read = page.waitForResponse(
    (reply) => /\/feed\?/.test(reply.url()) && reply.request().method() === 'GET',
  );
  await page.reload();
  expect((await read).ok()).toBe(true);
  await expect(page.locator('[aria-labelledby="feed-title"]')).toHaveAttribute(
    'aria-busy',
    'false',
  );
}
