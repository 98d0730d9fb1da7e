/** The reference of the API, which visitors open without the app. */
import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { developers } from '../../src/texts/developers';
import { addressOf, stack, test } from './app';
import { expectAccessible } from './axe';
import { findOverflowing, findSmallTargets } from './layout';
import { member, openAs } from './members';

const title = (page: Page) => page.getByRole('heading', { level: 1, name: 'API reference' });

test('a visitor reads the reference', async ({ page, isMobile }) => {
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => requests.push(request.url()));

  await test.step('at its address, with or without a slash at the end', async () => {
    for (const path of ['/developers/', '/developers']) {
      const reply = await page.goto(addressOf(path));
      expect(reply!.status(), path).toBe(200);
      expect(reply!.headers()['cache-control'], path).toBe('no-cache');
      await expect(title(page)).toBeVisible();
    }
  });

  await test.step('which loads one style sheet of the site, and no script', () => {
    const files = new Set(requests.map((url) => url.replace(stack.web, '')));
    files.delete('favicon.svg');
    expect([...files].sort()).toEqual([
      expect.stringMatching(/^assets\/developers-[\w-]+\.css$/),
      'developers',
      'developers/',
    ]);
  });

  await test.step('it fits the screen', async () => {
    expect(await findOverflowing(page)).toEqual([]);
    expect(await findSmallTargets(page, isMobile ? 44 : 24)).toEqual([]);
    const { width, height } = page.viewportSize()!;
    await page.setViewportSize({ width: 320, height });
    expect(await findOverflowing(page)).toEqual([]);
    await page.setViewportSize({ width, height });
  });

  await test.step('the contents lead to an operation by keyboard', async () => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    const contents = page.getByRole('navigation', { name: 'Contents' });
    await contents.getByRole('link', { name: 'Comments', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 2, name: 'Comments' })).toBeInViewport();
    const operation = page.getByRole('article', { name: 'POST /pictures/{ownerId}/{id}/comments' });
    await operation.getByRole('link', { name: 'NewComment' }).click();
    await expect(page.getByRole('heading', { level: 3, name: 'NewComment' })).toBeInViewport();
  });

  await test.step('the file to download is the specification of the API', async () => {
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download openapi.json' }).click();
    expect((await saving).suggestedFilename()).toBe('openapi.json');
    const href = await page
      .getByRole('link', { name: 'Download openapi.json' })
      .getAttribute('href');
    const [file, served] = await Promise.all(
      [addressOf(href!), `${stack.api}/openapi.json`].map(async (url) =>
        (await page.request.get(url)).json(),
      ),
    );
    expect(file).toEqual(served);
  });

  await test.step('it is accessible', async () => {
    // The entries of a section have the same markup, and axe takes seconds for all of them.
    await page
      .locator('article:nth-of-type(n + 4)')
      .evaluateAll((entries) => entries.forEach((entry) => entry.remove()));
    await expectAccessible(page, 'reference');
  });

  expect(problems).toEqual([]);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the reference is complete', async ({ page }) => {
    await page.goto(addressOf('/developers#getPublicPicture'));
    await expect(
      page.getByRole('article', { name: 'GET /public/{ownerId}/{id}' }),
    ).toBeInViewport();
  });
});

test.describe('with the service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('the address of the reference opens the reference, not the app', async ({ page }) => {
    await page.goto(stack.web);
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state))
      .toBe('activated');
    await page.goto(addressOf('/developers'));
    await expect(title(page)).toBeVisible();
  });
});

test('the settings link the reference', async ({ context }) => {
  const page = await openAs(context, await member('Anna', 'Atkins'), '/settings');
  await page.getByRole('main').getByRole('link', { name: developers.reference }).click();
  await expect(title(page)).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: t.account.settings, exact: true })).toBeVisible();
});
