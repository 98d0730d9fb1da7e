import { expect, type Browser, type Locator, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import {
  addressOf,
  CODE,
  confirm,
  openDetails,
  PASSWORD,
  register,
  stack,
  tab,
  test,
  tile,
  uploaded,
  watchForProblems,
} from './app';
import { expectAccessible } from './axe';
import { freshHandle, member, openAs } from './members';
import { photograph } from './pictures';

const JULIA = 'Julia Cameron';
const ANNA = 'Anna Atkins';

test('two members become friends, share a picture with friends, and end the friendship', async ({
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

  await test.step('Julia finds Anna by her handle and sends a request', async () => {
    await tab(julia, t.nav.friends).click();
    await expect(
      julia.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
    await find(julia, `nobody-${run}`);
    await expect(searchRegion(julia)).toContainText(t.friends.find.none);
    await find(julia, `@anna-${run}`);
    await actionButton(julia, t.friends.ask, ANNA).press('Enter');
    await expect(personRow(julia, 'requested', ANNA)).toBeVisible();
    const found = searchRegion(julia);
    await expect(actionButton(found, t.friends.withdraw, ANNA)).toBeVisible();
    await expect(actionButton(found, t.friends.ask, ANNA)).toHaveCount(0);
    // The action replaced the focused button, so the focus moves to the person.
    await expect(julia.locator(':focus')).toContainText(ANNA);
  });

  const picture = await test.step('Julia uploads a picture for friends', async () => {
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
    const added = await uploaded(julia, 'family.jpg');
    await expect(tile(julia, added.id)).toContainText(t.picture.badges.friends);
    return added;
  });

  await test.step('Anna does not see the picture yet, and accepts the request', async () => {
    await anna.goto(`${stack.web}friends`);
    await anna.reload();
    await expect(personRow(anna, 'invited', JULIA)).toBeVisible();
    await openFeed(anna);
    await expect(tile(anna, picture.id)).toHaveCount(0);
    await tab(anna, t.nav.friends).click();
    await actionButton(anna, t.friends.accept, JULIA).press('Enter');
    await expect(personRow(anna, 'friends', JULIA)).toBeVisible();
    await expect(anna.getByRole('region', { name: t.friends.lists.invited })).toHaveCount(0);
    // The list with the focused button disappeared.
    await expect(anna.getByRole('heading', { name: t.friends.title, exact: true })).toBeFocused();
  });

  await test.step('the picture is in Anna’s feed, and she cannot change it', async () => {
    await expect(async () => {
      await openFeed(anna);
      await expect(tile(anna, picture.id)).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await tile(anna, picture.id).click();
    const details = await openDetails(anna);
    await expect(details).toContainText(JULIA);
    await expect(details.getByRole('group', { name: t.picture.visibility })).toHaveCount(0);
  });

  await test.step('Julia makes the picture private and shows it to friends again', async () => {
    await tile(julia, picture.id).click();
    const choice = (await openDetails(julia)).getByRole('group', { name: t.picture.visibility });
    await expect(choice.getByRole('radio', { name: t.upload.visibility.friends })).toBeChecked();
    await choice.getByText(t.upload.visibility.private).click();
    await expect(choice.getByRole('radio', { name: t.upload.visibility.private })).toBeChecked();
    await expect(choice).toBeEnabled();
    await openFeed(anna);
    await expect(tile(anna, picture.id)).toHaveCount(0);
    await choice.getByText(t.upload.visibility.friends).click();
    await expect(choice).toBeEnabled();
  });

  await test.step('Anna cancels the confirmation, then ends the friendship', async () => {
    await tab(anna, t.nav.friends).click();
    await actionButton(anna, t.friends.unfriend, JULIA).press('Enter');
    const keep = anna.getByRole('button', { name: t.friends.stayFriends });
    await expect(keep).toBeFocused();
    await keep.press('Escape');
    await expect(actionButton(anna, t.friends.unfriend, JULIA)).toBeFocused();
    await actionButton(anna, t.friends.unfriend, JULIA).press('Enter');
    await anna
      .getByRole('group', { name: t.friends.confirmUnfriend(`${JULIA} (@julia-${run})`) })
      .getByRole('button', { name: t.friends.unfriend })
      .click();
    await expect(
      anna.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
  });

  await test.step('after a reload the picture and the friend are gone', async () => {
    await openFeed(anna);
    await expect(tile(anna, picture.id)).toHaveCount(0);
    await anna.goto(`${stack.web}p/${picture.owner}/${picture.id}`);
    await expect(anna.getByText(t.picture.notFound)).toBeVisible();
    await julia.goto(`${stack.web}friends`);
    await expect(
      julia.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
  });

  expect(problems.flat()).toEqual([]);
});

test('a member is found by the beginning of their name after they allow it', async ({
  browser,
}) => {
  const firstName = uniqueName();
  const [anna, julia] = await Promise.all([
    member(firstName, 'Atkins'),
    member('Julia', 'Cameron'),
  ]);
  const page = await openAs(await browser.newContext(), julia, '/friends');
  const problems = watchForProblems(page);
  const results = page.getByRole('list', { name: t.friends.find.results });
  await expect(
    page.getByRole('heading', { name: t.friends.alone.title, exact: true }),
  ).toBeVisible();

  await test.step('Anna is not found by name, only by her handle', async () => {
    await find(page, firstName);
    await expect(searchRegion(page)).toContainText(t.friends.find.none);
    await find(page, anna.handle);
    await expect(results.getByRole('listitem')).toContainText([anna.name]);
  });

  await test.step('Anna lets people find her by name', async () => {
    const { handle } = anna;
    const names = { firstName, lastName: 'Atkins' };
    await anna.call('PUT', `/users/${anna.id}`, { handle, ...names, findable: true });
  });

  await test.step('typing the beginning of her name finds her without Enter', async () => {
    const field = page.getByRole('searchbox', { name: t.friends.find.label });
    await expect(async () => {
      await field.fill('');
      await field.pressSequentially(`${firstName.slice(0, 6).toUpperCase()} atk`);
      await expect(results.getByRole('listitem')).toContainText([anna.name], { timeout: 10_000 });
    }).toPass();
    await expectAccessible(page, 'people found');
    await actionButton(results, t.friends.ask, anna.name).press('Enter');
    await expect(personRow(page, 'requested', anna.name)).toBeVisible();
    await expect(actionButton(results, t.friends.withdraw, anna.name)).toBeVisible();
  });

  await test.step('a failed search can be repeated', async () => {
    await page.route('**/users?**', (route) => route.abort());
    await find(page, firstName);
    const region = searchRegion(page);
    await expect(region.getByRole('alert').filter({ hasText: t.errors.network })).toBeVisible();
    await page.unroute('**/users?**');
    await region.getByRole('button', { name: t.words.retry }).click();
    await expect(results.getByRole('listitem')).toContainText([anna.name]);
  });

  expect(problems).toEqual([]);
});

test('an invitation link leads through signing in or signing up to the request', async ({
  browser,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const annasPage = await openAs(context, anna, '/friends');

  const link = await test.step('Anna copies her invitation link', async () => {
    await annasPage.getByRole('button', { name: t.friends.invite.copy }).click();
    await expect(annasPage.getByText(t.words.copied)).toBeVisible();
    const copied = await annasPage.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(addressOf(`/people/${anna.id}`));
    return copied;
  });

  await test.step('Julia opens the link, signs in, and sends a request', async () => {
    const page = await openSignedOut(browser, link, anna.name);
    await page.getByLabel(t.auth.email).fill(julia.email);
    await page.getByLabel(t.auth.password, { exact: true }).fill(PASSWORD);
    await page.getByRole('main').getByRole('button', { name: t.auth.signIn, exact: true }).click();
    await askOnPersonPage(page, link, anna.name);
    await expect(personRow(annasPage, 'invited', julia.name)).toBeVisible();
  });

  await test.step('a new person opens the link, signs up, and sends a request', async () => {
    const page = await openSignedOut(browser, link, anna.name);
    const main = page.getByRole('main');
    await main.getByRole('link', { name: t.auth.signUp }).click();
    await register(page, { first: 'Clementina', last: 'Hawarden' }, freshHandle('clementina'));
    await page.getByLabel(t.auth.code).fill(CODE);
    await page.getByRole('button', { name: t.auth.confirm }).click();
    await askOnPersonPage(page, link, anna.name);
    await expect(personRow(annasPage, 'invited', 'Clementina Hawarden')).toBeVisible();
  });
});

/** Opens an invitation link as a visitor, who learns nothing about the member. */
async function openSignedOut(browser: Browser, link: string, name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: t.auth.signIn, exact: true })).toBeVisible();
  await expect(page.getByText(t.auth.signInForPerson)).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
  return page;
}

async function askOnPersonPage(page: Page, link: string, name: string): Promise<void> {
  await expect(page.getByRole('heading', { name, level: 1, exact: true })).toBeVisible();
  await expect(page).toHaveURL(link);
  await actionButton(page, t.friends.ask, name).click();
  await expect(actionButton(page, t.friends.withdraw, name)).toBeVisible();
}

/** Returns a first name that nobody else has, of letters only. */
const uniqueName = () =>
  `Z${Array.from(crypto.randomUUID().replaceAll('-', ''), (digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('')}`.slice(
    0,
    12,
  );

const searchRegion = (page: Page) => page.getByRole('region', { name: t.friends.find.title });

async function find(page: Page, text: string): Promise<void> {
  const field = page.getByRole('searchbox', { name: t.friends.find.label });
  await field.fill(text);
  await field.press('Enter');
}

const actionButton = (page: Page | Locator, action: string, name: string) =>
  page.getByRole('button', { name: t.friends.actionFor(action, name) }).first();
const personRow = (page: Page, list: keyof typeof t.friends.lists, name: string) =>
  page
    .getByRole('region', { name: t.friends.lists[list] })
    .getByRole('listitem')
    .filter({ hasText: name });

/** Reloads the app and waits for its feed. */
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
