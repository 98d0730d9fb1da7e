import { expect, type Browser, type Locator, type Page } from '@playwright/test';
import type { Friend } from '../../src/api/types';
import { t } from '../../src/texts';
import { stack, test, tile, watchForProblems } from './app';
import { member, openAs, publish, type Member } from './members';
import { photograph } from './pictures';

const actionButton = (page: Page | Locator, action: string, name: string) =>
  page.getByRole('button', { name: t.friends.actionFor(action, name) });
const personRow = (page: Page, list: keyof typeof t.friends.lists, name: string) =>
  page
    .getByRole('region', { name: t.friends.lists[list] })
    .getByRole('listitem')
    .filter({ hasText: name });

/** Opens a page in a new browser context. */
const open = async (browser: Browser, user: Member, path: string) =>
  openAs(await browser.newContext(), user, path);

test('the pages of two members show each other’s actions at once', async ({
  browser,
  page: camera,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const [annasPage, juliasPage] = [
    await open(browser, anna, '/friends'),
    await open(browser, julia, `/people/${anna.id}`),
  ];
  const problems = [annasPage, juliasPage].map(watchForProblems);

  await test.step('Julia opens Anna’s page and sends a request', async () => {
    await expect(
      juliasPage.getByRole('heading', { name: anna.name, level: 1, exact: true }),
    ).toBeVisible();
    await expect(juliasPage.getByRole('main')).toContainText(`@${anna.handle}`);
    await expect(juliasPage).toHaveTitle(new RegExp(anna.name));
    await expect(
      annasPage.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
    await connected(annasPage);
    await connected(juliasPage);
    await actionButton(juliasPage, t.friends.ask, anna.name).press('Enter');
    await expect(actionButton(juliasPage, t.friends.withdraw, anna.name)).toBeVisible();
    await expect(
      juliasPage.getByRole('heading', { name: anna.name, level: 1, exact: true }),
    ).toBeFocused();
  });

  await test.step('the request appears on Anna’s open page, and she declines it', async () => {
    await expect(personRow(annasPage, 'invited', julia.name)).toBeVisible();
    await actionButton(annasPage, t.friends.decline, julia.name).press('Enter');
    await expect(
      annasPage.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
    await expect(
      annasPage.getByRole('heading', { name: t.friends.title, exact: true }),
    ).toBeFocused();
    for (const user of [anna, julia]) expect(await listFriendships(user)).toEqual([]);
  });

  await test.step('Julia asks again, which Anna does not see until she asks herself', async () => {
    await expect(actionButton(juliasPage, t.friends.ask, anna.name)).toBeVisible();
    await expect(juliasPage.getByRole('alert').filter({ hasText: /./ })).toHaveCount(0);
    await expect(juliasPage.locator('.toasts li')).toHaveCount(0);
    await actionButton(juliasPage, t.friends.ask, anna.name).press('Enter');
    await expect(actionButton(juliasPage, t.friends.withdraw, anna.name)).toBeVisible();
    expect(await listFriendships(anna)).toEqual([]);
    await expect(personRow(annasPage, 'invited', julia.name)).toHaveCount(0);
    await anna.call('PUT', `/friends/${julia.id}`);
    await expect(personRow(annasPage, 'friends', julia.name)).toBeVisible();
    await expect(actionButton(juliasPage, t.friends.unfriend, anna.name)).toBeVisible();
    // A notification about the declined request would be in this list, too.
    const notifications = juliasPage.getByRole('button', {
      name: t.notifications.button('1'),
      exact: true,
    });
    await notifications.click();
    const entries = juliasPage
      .getByRole('region', { name: t.notifications.title })
      .getByRole('link');
    await expect(entries).toHaveCount(1);
    await expect(entries).toContainText(
      t.notifications.entry['friend.accepted'](`${anna.name} (@${anna.handle})`),
    );
    await juliasPage.keyboard.press('Escape');
  });

  await test.step('the name is a link to the person’s page with their pictures', async () => {
    const picture = await publish(julia, await photograph(camera, 900, 600, 40), {
      visibility: 'friends',
      caption: 'Ferns',
    });
    await personRow(annasPage, 'friends', julia.name)
      .getByRole('link', { name: julia.name })
      .click();
    await expect(annasPage).toHaveURL(new RegExp(`/people/${julia.id}$`));
    await expect(tile(annasPage, picture.id)).toBeVisible();
  });

  await test.step('Anna ends the friendship, and Julia’s page shows it at once', async () => {
    await actionButton(annasPage, t.friends.unfriend, julia.name).press('Enter');
    await annasPage
      .getByRole('group', { name: t.friends.confirmUnfriend(julia.nameAndHandle) })
      .getByRole('button', { name: t.friends.unfriend })
      .click();
    await expect(actionButton(annasPage, t.friends.ask, julia.name)).toBeVisible();
    await expect(annasPage.locator('[data-picture]')).toHaveCount(0);
    await expect(actionButton(juliasPage, t.friends.ask, anna.name)).toBeVisible();
  });

  await test.step('the member’s own page has a link to copy', async () => {
    await annasPage.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await annasPage.goto(`${stack.web}people/${anna.id}`);
    await expect(annasPage.getByText(t.friends.relation.self)).toBeVisible();
    await annasPage.getByRole('button', { name: t.people.copyLink }).click();
    await expect(annasPage.getByText(t.words.copied)).toBeVisible();
    expect(await annasPage.evaluate(() => navigator.clipboard.readText())).toBe(
      `${stack.web}people/${anna.id}`,
    );
    await annasPage.getByRole('link', { name: t.people.edit }).click();
    await expect(
      annasPage.getByRole('heading', { name: t.account.settings, exact: true }),
    ).toBeVisible();
  });

  await test.step('an unknown id shows a notice', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
      await annasPage.goto(`${stack.web}people/${id}`);
      await expect(
        annasPage.getByRole('alert').filter({ hasText: t.people.gone.text }),
      ).toBeVisible();
      await expect(annasPage.locator('[aria-labelledby="feed-title"]')).toHaveCount(0);
    }
  });

  await test.step('the page reconnects and shows the changes of the meantime', async () => {
    await annasPage.goto(`${stack.web}friends`);
    await expect(
      annasPage.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
    await annasPage.context().setOffline(true);
    await julia.call('PUT', `/friends/${anna.id}`);
    await annasPage.context().setOffline(false);
    await expect(personRow(annasPage, 'invited', julia.name)).toBeVisible();
    await connected(annasPage);
    await julia.call('DELETE', `/friends/${anna.id}`);
    await expect(
      annasPage.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
    await expect(personRow(annasPage, 'invited', julia.name)).toHaveCount(0);
  });

  expect(problems.flat()).toEqual([]);
});

/** Returns all friendships and requests of a member. */
async function listFriendships(user: Member): Promise<Friend[]> {
  const lists = await Promise.all(
    ['invited', 'requested', 'friends'].map((state) =>
      user.call<{ items: Friend[] }>('GET', `/friends?state=${state}`),
    ),
  );
  return lists.flatMap(({ items }) => items);
}

/** Waits until the page receives live messages. */
const connected = (page: Page) => expect(page.locator('[data-live="on"]')).toBeAttached();
