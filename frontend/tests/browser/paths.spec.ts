import { expect, type Page } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { addressOf, CODE, register, stack, tab, test, tile, watchForProblems } from './app';
import { befriend, freshHandle, member, openAs, publish, submitSignIn } from './members';
import { photograph } from './pictures';

const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000';

const pathOf = (page: Page) => new URL(page.url()).pathname;
const pathOfPicture = ({ owner, id }: Picture) => `/p/${owner.id}/${id}`;
const lightbox = (page: Page) => page.getByRole('dialog', { name: t.picture.dialog });
const signInHeading = (page: Page) =>
  page.getByRole('heading', { name: t.auth.signIn, exact: true });

test('lists, people and pictures have real paths', async ({ page: blank, context }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const ferns = await publish(anna, await photograph(blank, 900, 600, 40), {
    visibility: 'friends',
    caption: 'Ferns',
  });
  const page = await openAs(context, julia, '/');
  const problems = watchForProblems(page);

  await test.step('a link opens a list without loading the page again', async () => {
    await expect(tile(page, ferns.id)).toBeVisible();
    await page.evaluate(() => ((window as { isSame?: boolean }).isSame = true));
    await tab(page, t.nav.feed).click();
    await expect(page).toHaveURL(addressOf('/feed'));
    await tab(page, t.nav.friends).click();
    await expect(page).toHaveURL(addressOf('/friends'));
    await expect(page.getByRole('main')).toBeFocused();
    expect(await page.evaluate(() => (window as { isSame?: boolean }).isSame)).toBe(true);
  });

  await test.step('back and forward move between the pages', async () => {
    await page.goBack();
    await expect(page).toHaveURL(addressOf('/feed'));
    await expect(tile(page, ferns.id)).toBeVisible();
    await page.goForward();
    await expect(page.getByRole('heading', { name: t.friends.title, exact: true })).toBeVisible();
    await page.goBack();
  });

  await test.step('a picture has its own path, and keeps its list across a reload', async () => {
    await tile(page, ferns.id).click();
    await expect(page).toHaveURL(addressOf(pathOfPicture(ferns)));
    await expect(lightbox(page)).toContainText('Ferns');
    await page.reload();
    await expect(lightbox(page)).toContainText('Ferns');
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
  });

  await test.step('closing it goes back to the list, and forward opens it again', async () => {
    await page.keyboard.press('Escape');
    await expect(lightbox(page)).toBeHidden();
    await expect(page).toHaveURL(addressOf('/feed'));
    await page.goForward();
    await expect(page).toHaveURL(addressOf(pathOfPicture(ferns)));
    await expect(lightbox(page)).toContainText('Ferns');
    await page.goBack();
    await expect(lightbox(page)).toBeHidden();
    await expect(page).toHaveURL(addressOf('/feed'));
  });

  await test.step('a deep link opens a friend’s picture above their page', async () => {
    await page.goto(addressOf(pathOfPicture(ferns)));
    await expect(lightbox(page)).toContainText('Ferns');
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(addressOf(`/people/${anna.id}`));
    await expect(page.getByRole('heading', { name: anna.name, exact: true })).toBeVisible();
  });

  await test.step('a slash at the end and a query are accepted', async () => {
    await page.goto(addressOf('/friends/?from=mail'));
    await expect(page.getByRole('heading', { name: t.friends.title, exact: true })).toBeVisible();
    await page.goto(addressOf(`${pathOfPicture(ferns)}/`));
    await expect(lightbox(page)).toContainText('Ferns');
  });

  await test.step('a click with a key opens a tab', async () => {
    await page.goto(addressOf('/feed'));
    const opening = context.waitForEvent('page');
    await tab(page, t.nav.mine).click({ modifiers: ['ControlOrMeta'] });
    const opened = await opening;
    await expect(opened).toHaveURL(addressOf('/mine'));
    expect(pathOf(page)).toBe('/feed');
    await opened.close();
  });

  expect(problems).toEqual([]);
});

test('a missing and an invisible picture look the same', async ({ page: blank, context }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const secret = await publish(anna, await photograph(blank, 900, 600, 80));
  const page = await openAs(context, julia, '/feed');
  for (const id of [secret.id, UNKNOWN_ID]) {
    await page.goto(addressOf(`/p/${anna.id}/${id}`));
    await expect(page.getByRole('alert').getByText(t.picture.notFound)).toBeVisible();
    await expect(page).toHaveURL(addressOf(`/people/${anna.id}`));
    await expect(lightbox(page)).toBeHidden();
  }
});

test('a visitor sees public pictures, and signs in for others', async ({ page }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const shown = await publish(anna, await photograph(page, 900, 600, 120), {
    visibility: 'public',
    caption: 'Coast',
  });
  const shared = await publish(anna, await photograph(page, 900, 600, 160), {
    visibility: 'friends',
    caption: 'Garden',
  });
  const signOut = () => page.evaluate(() => localStorage.clear());

  await test.step('a public picture opens above the public list', async () => {
    await page.goto(addressOf(pathOfPicture(shown)));
    await expect(lightbox(page)).toContainText('Coast');
    await page.reload();
    await expect(lightbox(page)).toContainText('Coast');
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(addressOf('/public'));
  });

  await test.step('another picture asks to sign in, and opens then', async () => {
    await page.goto(addressOf(pathOfPicture(shared)));
    await expect(page.getByText(t.auth.signInForPicture)).toBeVisible();
    expect(pathOf(page)).toBe(pathOfPicture(shared));
    await submitSignIn(page, julia);
    await expect(lightbox(page)).toContainText('Garden');
    expect(pathOf(page)).toBe(pathOfPicture(shared));
    await signOut();
  });

  await test.step('a missing picture asks to sign in, too', async () => {
    await page.goto(addressOf(`/p/${anna.id}/${UNKNOWN_ID}`));
    await expect(page.getByText(t.auth.signInForPicture)).toBeVisible();
  });

  await test.step('a person’s page asks to sign in, and opens then', async () => {
    await page.goto(addressOf(`/people/${anna.id}`));
    await expect(signInHeading(page)).toBeVisible();
    await submitSignIn(page, julia);
    await expect(page.getByRole('heading', { name: anna.name, exact: true })).toBeVisible();
    expect(pathOf(page)).toBe(`/people/${anna.id}`);
    await signOut();
  });

  await test.step('a list of members asks to sign in', async () => {
    await page.goto(addressOf('/feed'));
    await expect(signInHeading(page)).toBeVisible();
    await page.goto(addressOf('/public'));
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
  });
});

test('a sign-up returns to the page that the visitor opened', async ({ page }) => {
  const anna = await member('Anna', 'Atkins');
  const handle = freshHandle('julia');
  await page.goto(addressOf(`/people/${anna.id}`));
  await page.getByRole('main').getByRole('link', { name: t.auth.signUp }).click();
  await expect(page).toHaveURL(addressOf('/sign-up'));
  await page.reload();
  await register(page, { first: 'Julia', last: 'Cameron' }, handle);
  await page.getByLabel(t.auth.code).fill(CODE);
  await page.getByRole('button', { name: t.auth.confirm }).click();
  await expect(page.getByRole('heading', { name: anna.name, exact: true })).toBeVisible();
  expect(pathOf(page)).toBe(`/people/${anna.id}`);
});

test('members leave the sign-in pages for the feed', async ({ context }) => {
  const julia = await member('Julia', 'Cameron');
  const page = await openAs(context, julia, '/sign-in');
  await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
  await expect(page).toHaveURL(addressOf('/feed'));
});

test('old addresses lead to the real paths', async ({ page: blank, context }) => {
  const julia = await member('Julia', 'Cameron');
  const mine = await publish(julia, await photograph(blank, 900, 600, 200), { caption: 'Fjord' });
  const page = await openAs(context, julia, '/#/mine');
  await expect(page).toHaveURL(addressOf('/mine'));

  await test.step('at a load, without another entry in the history', async () => {
    for (const [old, path] of [
      ['/#/friends', '/friends'],
      [`/#/people/${julia.id}`, `/people/${julia.id}`],
      [`/index.html#/mine/${julia.id}/${mine.id}`, pathOfPicture(mine)],
      ['/#/', '/'],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(addressOf(old));
      await expect(page).toHaveURL(addressOf(path));
      await page.goBack();
      await expect(page).toHaveURL('about:blank');
    }
  });

  await test.step('in an open page', async () => {
    await page.goto(addressOf('/feed'));
    await page.evaluate((id) => (location.hash = `#/people/${id}`), julia.id);
    await expect(page).toHaveURL(addressOf(`/people/${julia.id}`));
    await page.goBack();
    await expect(page).toHaveURL(addressOf('/feed'));
  });

  await test.step('for visitors, who are asked to sign in', async () => {
    await page.evaluate(() => localStorage.clear());
    await page.goto('about:blank');
    await page.goto(addressOf('/#/sign-in'));
    await expect(page).toHaveURL(addressOf('/sign-in'));
    await expect(signInHeading(page)).toBeVisible();
  });
});

test('an unknown address is a page with status 404 and a way home', async ({ page }) => {
  for (const path of ['nothing', 'feed/nothing', 'p/only-an-owner']) {
    const reply = await page.goto(stack.web + path);
    expect(reply!.status(), path).toBe(404);
    await page.getByRole('link').click();
    await expect(page).toHaveURL(stack.web);
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
  }

  await test.step('also within the app', async () => {
    await page.evaluate(() => {
      history.pushState(null, '', '/nothing');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    await expect(page.getByRole('alert')).toContainText(t.shell.notFound.title);
    await expect(page).toHaveTitle(`${t.shell.notFound.title} · ${t.name}`);
    await page.getByRole('link', { name: t.shell.toStart }).click();
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    expect(pathOf(page)).toBe('/');
  });
});
