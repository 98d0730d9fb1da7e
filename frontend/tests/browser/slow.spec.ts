/** A slow network, one that breaks, and a server that does not manage: feedback within a second, a way on, nothing lost. */
import { expect, type Page, type Route } from '@playwright/test';
import { t } from '../../src/texts';
import { addressOf, openDetails, PASSWORD, stack, tab, test, tile } from './app';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';

/** As the slow 3G of the browser's tools: 50 kB a second, and two seconds for every reply. */
async function slow3g(page: Page): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 2000,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  });
}

/** Something says that it is under way, within a second of what was done. */
async function saysSo(page: Page, words: string): Promise<void> {
  await expect(page.getByText(words).first()).toBeAttached({ timeout: 1_000 });
}

const list = (page: Page) => page.locator('[aria-labelledby="feed-title"]');
const failed = (page: Page) => page.getByRole('alert').filter({ hasText: /./ });
const answer = (status: number, notes: string | null) => (route: Route) =>
  route.fulfill({
    status,
    headers: { 'access-control-allow-origin': '*' },
    json: { code: status, data: null, notes },
  });

test('where the app itself can not be loaded, the page says so', async ({ page }) => {
  // As if it had loaded itself anew already, which comes first: the button is for where that did not help.
  await page.addInitScript(() => sessionStorage.setItem('albumen-reloaded', `${Date.now()}`));
  await page.route('**/assets/app-*.js', (route) => route.abort());
  await page.goto(stack.web);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('could not be loaded');
  await page.unroute('**/assets/app-*.js');
  await alert.getByRole('button').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.tagline);
  await expect(alert).toHaveCount(0);
});

test('on a slow network each view says at once that it is coming', async ({
  page: blank,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const picture = await publish(julia, await photograph(blank, 600, 400, 30), { caption: 'Slow' });
  const page = await openAs(context, julia, '/friends');
  await expect(page.getByRole('heading', { name: t.friends.alone.title })).toBeVisible();
  await slow3g(page);

  await tab(page, t.nav.mine).click();
  await saysSo(page, t.feed.loading);
  await expect(list(page)).toHaveAttribute('aria-busy', 'true');
  await expect(tile(page, picture.id)).toBeVisible({ timeout: 30_000 });

  await tile(page, picture.id).click();
  await expect(page).toHaveURL(new RegExp(picture.id));
  const details = page.getByRole('dialog');
  await expect(details).toContainText('Slow', { timeout: 30_000 });
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();

  await tab(page, t.nav.feed).click();
  await saysSo(page, t.feed.loading);
});

test('signing in on a slow network says so, and tells what broke', async ({ page }) => {
  const julia = await member('Julia', 'Cameron');
  await page.goto(`${stack.web}sign-in`);
  const button = page.getByRole('main').getByRole('button', { name: t.auth.signIn });
  await page.getByLabel(t.auth.email).fill(julia.email);
  await page.getByLabel(t.auth.password).fill(PASSWORD);

  await test.step('without a connection nothing that was typed is lost', async () => {
    await page.context().setOffline(true);
    await expect(page.getByText(t.errors.offline)).toBeVisible();
    await button.click();
    await expect(failed(page)).toHaveText(t.errors.network);
    await expect(page.getByLabel(t.auth.password)).toHaveValue(PASSWORD);
    await page.context().setOffline(false);
    await expect(page.getByText(t.errors.offline)).toBeHidden();
  });

  await test.step('slowly it works', async () => {
    await slow3g(page);
    await button.click();
    await saysSo(page, t.auth.working);
    await expect(page.getByRole('button', { name: t.account.menu(julia.name) })).toBeVisible({
      timeout: 40_000,
    });
  });
});

for (const [what, fail, sentence] of [
  ['breaks', (route: Route) => route.abort(), t.errors.network],
  ['fails', answer(500, null), t.errors.server],
  ['is too busy', answer(429, null), t.errors.slowDown],
] as const) {
  test(`where the API ${what}, each view says so and tries again when asked`, async ({
    page: blank,
    context,
  }) => {
    const [julia, anna] = await Promise.all([member('Julia', 'Cameron'), member('Anna', 'Atkins')]);
    await befriend(julia, anna);
    const picture = await publish(julia, await photograph(blank, 600, 400, 200), {
      caption: 'Still here',
    });
    const page = await openAs(context, julia, '/settings');
    await expect(page.getByRole('heading', { name: t.account.settings })).toBeVisible();
    const api = `${stack.api}/**`;
    const again = page.getByRole('main').getByRole('button', { name: t.words.retry });
    let down = true;
    await page.route(api, (route) =>
      down && route.request().method() !== 'OPTIONS' ? fail(route) : route.fallback(),
    );

    const views = [
      ['/mine', () => expect(tile(page, picture.id)).toBeVisible()],
      [
        '/friends',
        () =>
          expect(
            page.getByRole('region', { name: t.friends.lists.friends }).getByText(anna.name),
          ).toBeVisible(),
      ],
      [
        `/people/${anna.id}`,
        () => expect(page.getByRole('heading', { level: 1, name: anna.name })).toBeVisible(),
      ],
      [
        '/settings',
        () => expect(page.getByRole('button', { name: t.auth.everywhere.action })).toBeVisible(),
      ],
    ] as const;
    for (const [path, there] of views) {
      await test.step(path.split('/')[1]!, async () => {
        down = true;
        await page.goto(addressOf(path));
        await expect(failed(page).filter({ hasText: sentence }).first()).toBeVisible();
        down = false;
        await again.first().click();
        await there();
      });
    }

    await test.step('a caption that could not be saved is still there to be saved', async () => {
      await page.goto(`${stack.web}p/${julia.id}/${picture.id}`);
      const details = await openDetails(page);
      await details.getByRole('button', { name: t.picture.editCaption }).click();
      await details.getByLabel(t.picture.caption, { exact: true }).fill('Typed once');
      down = true;
      await details.getByRole('button', { name: t.words.save }).click();
      await expect(details.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
      await expect(details.getByLabel(t.picture.caption, { exact: true })).toHaveValue(
        'Typed once',
      );
      down = false;
      await details.getByRole('button', { name: t.words.save }).click();
      await expect(details.getByText('Typed once')).toBeVisible();
    });
  });
}
