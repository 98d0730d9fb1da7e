import { expect, type Browser, type Locator, type Page } from '@playwright/test';
import type { Friend } from '../../src/api/types';
import { t } from '../../src/texts';
import { stack, test, tile, watchForProblems } from './app';
import { member, openAs, publish, type Member } from './members';
import { photograph } from './pictures';

const act = (where: Page | Locator, what: string, name: string) =>
  where.getByRole('button', { name: t.friends.actionFor(what, name) });
const person = (page: Page, list: keyof typeof t.friends.lists, name: string) =>
  page
    .getByRole('region', { name: t.friends.lists[list] })
    .getByRole('listitem')
    .filter({ hasText: name });

/** In a browser of their own. */
const open = async (browser: Browser, who: Member, path: string) =>
  openAs(await browser.newContext(), who, path);

test('two people see at once what the other does, and what each of them is', async ({
  browser,
  page: camera,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const [annas, julias] = [
    await open(browser, anna, '/friends'),
    await open(browser, julia, `/people/${anna.id}`),
  ];
  const problems = [annas, julias].map(watchForProblems);

  await test.step('Julia looks at Anna’s page, and asks', async () => {
    await expect(julias.getByRole('heading', { name: anna.name, level: 1 })).toBeVisible();
    await expect(julias.getByRole('main')).toContainText(`@${anna.handle}`);
    await expect(julias).toHaveTitle(new RegExp(anna.name));
    await expect(annas.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
    await connected(annas);
    await connected(julias);
    await act(julias, t.friends.ask, anna.name).press('Enter');
    await expect(act(julias, t.friends.withdraw, anna.name)).toBeVisible();
    await expect(julias.getByRole('heading', { name: anna.name, level: 1 })).toBeFocused();
  });

  await test.step('it stands on Anna’s open page, and she declines: neither is a friend', async () => {
    await expect(person(annas, 'invited', julia.name)).toBeVisible();
    await act(annas, t.friends.decline, julia.name).press('Enter');
    await expect(annas.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
    await expect(annas.getByRole('heading', { name: t.friends.title, exact: true })).toBeFocused();
    for (const who of [anna, julia]) expect(await known(who)).toEqual([]);
  });

  await test.step('Julia can ask again, and nothing else tells her; this time Anna accepts', async () => {
    await expect(act(julias, t.friends.ask, anna.name)).toBeVisible();
    await expect(julias.getByRole('alert').filter({ hasText: /./ })).toHaveCount(0);
    await expect(julias.locator('.toasts li')).toHaveCount(0);
    await act(julias, t.friends.ask, anna.name).press('Enter');
    await expect(person(annas, 'invited', julia.name)).toBeVisible();
    await act(annas, t.friends.accept, julia.name).press('Enter');
    await expect(person(annas, 'friends', julia.name)).toBeVisible();
    await expect(act(julias, t.friends.unfriend, anna.name)).toBeVisible();
    // What happened last is told; what came before would have been told, too.
    const bell = julias.getByRole('button', { name: t.notifications.button('1'), exact: true });
    await bell.click();
    const told = julias.getByRole('region', { name: t.notifications.title }).getByRole('link');
    await expect(told).toHaveCount(1);
    await expect(told).toContainText(t.notifications.entry['friend.accepted'](anna.name));
    await julias.keyboard.press('Escape');
  });

  await test.step('the name leads to a person’s page, with what they show', async () => {
    const shown = await publish(julia, await photograph(camera, 900, 600, 40), {
      visibility: 'friends',
      caption: 'Ferns',
    });
    await person(annas, 'friends', julia.name).getByRole('link', { name: julia.name }).click();
    await expect(annas).toHaveURL(new RegExp(`/people/${julia.id}$`));
    await expect(tile(annas, shown.id)).toBeVisible();
  });

  await test.step('Anna ends it: Julia’s page knows at once', async () => {
    await act(annas, t.friends.unfriend, julia.name).press('Enter');
    await annas
      .getByRole('group', { name: t.friends.confirmUnfriend(julia.name) })
      .getByRole('button', { name: t.friends.unfriend })
      .click();
    await expect(act(annas, t.friends.ask, julia.name)).toBeVisible();
    await expect(annas.locator('[data-picture]')).toHaveCount(0);
    await expect(act(julias, t.friends.ask, anna.name)).toBeVisible();
  });

  await test.step('one’s own page, with a link to give away', async () => {
    await annas.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await annas.goto(`${stack.web}people/${anna.id}`);
    await expect(annas.getByText(t.friends.relation.self)).toBeVisible();
    await annas.getByRole('button', { name: t.people.copyLink }).click();
    await expect(annas.getByText(t.words.copied)).toBeVisible();
    expect(await annas.evaluate(() => navigator.clipboard.readText())).toBe(
      `${stack.web}people/${anna.id}`,
    );
    await annas.getByRole('link', { name: t.people.edit }).click();
    await expect(annas.getByRole('heading', { name: t.account.settings })).toBeVisible();
  });

  await test.step('nobody has this id', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
      await annas.goto(`${stack.web}people/${id}`);
      await expect(annas.getByRole('alert').filter({ hasText: t.people.gone.text })).toBeVisible();
      await expect(annas.locator('[aria-labelledby="feed-title"]')).toHaveCount(0);
    }
  });

  await test.step('the connection comes back by itself, and what was missed is there', async () => {
    await annas.goto(`${stack.web}friends`);
    await expect(annas.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
    await annas.context().setOffline(true);
    await julia.call('PUT', `/friends/${anna.id}`);
    await annas.context().setOffline(false);
    await expect(person(annas, 'invited', julia.name)).toBeVisible();
    await connected(annas);
    await julia.call('DELETE', `/friends/${anna.id}`);
    await expect(annas.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
    await expect(person(annas, 'invited', julia.name)).toHaveCount(0);
  });

  expect(problems.flat()).toEqual([]);
});

/** Everybody who is anything to somebody. */
async function known(who: Member): Promise<Friend[]> {
  const lists = await Promise.all(
    ['invited', 'requested', 'friends'].map((state) =>
      who.call<{ items: Friend[] }>('GET', `/friends?state=${state}`),
    ),
  );
  return lists.flatMap(({ items }) => items);
}

/** Until what happens is told to a page. */
const connected = (page: Page) => expect(page.locator('[data-live="on"]')).toBeAttached();
