import { expect, type Page, type Route } from '@playwright/test';
import { t } from '../../src/texts';
import { addressOf, openDetails, PASSWORD, stack, tab, test, tile } from './app';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';

/** Emulates slow 3G as the DevTools do: 50 kB/s and a latency of two seconds. */
async function slow3g(page: Page): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 2000,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  });
}

/** Expects feedback on an action before its reply, which takes at least two seconds. */
async function expectFeedback(page: Page, words: string): Promise<void> {
  await expect(page.getByText(words).first()).toBeAttached();
}

const list = (page: Page) => page.locator('[aria-labelledby="feed-title"]');
const failed = (page: Page) => page.getByRole('alert').filter({ hasText: /./ });
const reply = (status: number, notes: string | null) => (route: Route) =>
  route.fulfill({
    status,
    headers: { 'access-control-allow-origin': '*' },
    json: { code: status, data: null, notes },
  });

test('the page reports that the app could not be loaded', async ({ page }) => {
  // The app reloads the page once before it shows the button.
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

test('every page gives feedback at once on a slow network', async ({ page: blank, context }) => {
  const julia = await member('Julia', 'Cameron');
  const picture = await publish(julia, await photograph(blank, 600, 400, 30), { caption: 'Slow' });
  const page = await openAs(context, julia, '/friends');
  await expect(
    page.getByRole('heading', { name: t.friends.alone.title, exact: true }),
  ).toBeVisible();
  await slow3g(page);

  await tab(page, t.nav.mine).click();
  await expectFeedback(page, t.feed.loading);
  await expect(list(page)).toHaveAttribute('aria-busy', 'true');
  await expect(tile(page, picture.id)).toBeVisible();

  await tile(page, picture.id).click();
  await expect(page).toHaveURL(new RegExp(picture.id));
  const details = page.getByRole('dialog');
  await expect(details).toContainText('Slow');
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();

  await tab(page, t.nav.feed).click();
  await expectFeedback(page, t.feed.loading);
});

test('signing in gives feedback on a slow network, and reports a lost connection', async ({
  page,
}) => {
  const julia = await member('Julia', 'Cameron');
  await page.goto(`${stack.web}sign-in`);
  await page.waitForLoadState('networkidle');
  const button = page.getByRole('main').getByRole('button', { name: t.auth.signIn });
  await page.getByLabel(t.auth.email).fill(julia.email);
  await page.getByLabel(t.auth.password).fill(PASSWORD);

  await test.step('the typed text is kept without a connection', async () => {
    await page.context().setOffline(true);
    await expect(page.getByText(t.errors.offline)).toBeVisible();
    await button.click();
    await expect(failed(page)).toHaveText(t.errors.network);
    await expect(page.getByLabel(t.auth.password)).toHaveValue(PASSWORD);
    await page.context().setOffline(false);
    await expect(page.getByText(t.errors.offline)).toBeHidden();
  });

  await test.step('signing in succeeds slowly', async () => {
    await slow3g(page);
    await button.click();
    await expectFeedback(page, t.auth.working);
    await expect(page.getByRole('button', { name: t.account.menu(julia.name) })).toBeVisible({
      timeout: 120_000,
    });
  });
});

for (const [failure, fail, sentence] of [
  ['is unreachable', (route: Route) => route.abort(), t.errors.network],
  ['fails', reply(500, null), t.errors.server],
  ['is too busy', reply(429, null), t.errors.slowDown],
] as const) {
  test(`every page reports that the API ${failure}, and can retry`, async ({
    page: blank,
    context,
  }) => {
    const [julia, anna] = await Promise.all([member('Julia', 'Cameron'), member('Anna', 'Atkins')]);
    await befriend(julia, anna);
    const picture = await publish(julia, await photograph(blank, 600, 400, 200), {
      caption: 'Still here',
    });
    const page = await openAs(context, julia, '/settings');
    await expect(
      page.getByRole('heading', { name: t.account.settings, exact: true }),
    ).toBeVisible();
    const api = `${stack.api}/**`;
    const retry = page.getByRole('main').getByRole('button', { name: t.words.retry });
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
        () =>
          expect(
            page.getByRole('heading', { level: 1, name: anna.name, exact: true }),
          ).toBeVisible(),
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
        await retry.first().click();
        await there();
      });
    }

    await test.step('a caption that could not be saved can be saved again', async () => {
      await page.goto(`${stack.web}p/${julia.id}/${picture.id}`);
      const details = await openDetails(page);
      await details.getByRole('button', { name: t.picture.editCaption }).click();
      await details.getByLabel(t.picture.caption, { exact: true }).fill('Typed once');
      down = true;
      await details.getByRole('button', { name: t.words.save }).click();
      // The comments can fail to load, too.
      await expect(details.getByRole('alert').filter({ hasText: sentence }).first()).toBeVisible();
      await expect(details.getByLabel(t.picture.caption, { exact: true })).toHaveValue(
        'Typed once',
      );
      down = false;
      await details.getByRole('button', { name: t.words.save }).click();
      await expect(details.getByText('Typed once')).toBeVisible();
    });
  });
}
