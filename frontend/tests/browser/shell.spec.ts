import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { stack, test, watchForProblems } from './app';

test.use({ serviceWorkers: 'allow' });

test('the app can be installed, and opens offline with a message', async ({ page, context }) => {
  const problems = watchForProblems(page);
  await page.goto(stack.web);
  await ready(page);
  const chromium = await context.newCDPSession(page);
  const manifest = await chromium.send('Page.getAppManifest');
  expect(manifest.errors).toEqual([]);
  expect(manifest.manifest!.startUrl).toBe(stack.web);
  // Playwright's pages are incognito, which is the only reason that prevents the installation.
  const { installabilityErrors } = await chromium.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
  await chromium.detach(); // it would override the offline mode

  await context.setOffline(true);
  // The browser's own cache could have the list for a minute.
  await page.route(`${stack.api}/**`, (route) => route.abort());
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.tagline);
  // Some versions of Chromium forget the emulated state at a reload.
  await context.setOffline(false);
  await context.setOffline(true);
  await expect(page.getByText(t.errors.offline)).toBeVisible();
  await expect(page.getByText(t.errors.network)).toBeVisible();
  // Code that is loaded on demand is cached, too.
  await page.getByRole('link', { name: t.auth.signIn }).last().click();
  await page.getByLabel(t.auth.email).fill('nobody@example.org');
  await page.getByLabel(t.auth.password).fill('Collodion-1851');
  await page.getByRole('button', { name: t.auth.signIn, exact: true }).click();
  await expect(page.getByRole('alert')).toContainText(t.errors.network);

  await context.setOffline(false);
  await page.unroute(`${stack.api}/**`);
  await page.goto(stack.web);
  await expect(page.getByText(t.errors.offline)).toBeHidden();
  await expect(page.getByText(t.errors.network)).toBeHidden();
  expect(problems).toEqual([]);
  // The caches contain the app's own files and images of public pictures, and no other reply.
  const kept = await page.evaluate(async () => {
    const caches = await Promise.all(
      (await self.caches.keys()).map((name) => self.caches.open(name)),
    );
    return (await Promise.all(caches.map((cache) => cache.keys()))).flat().map(({ url }) => url);
  });
  expect(kept).toContain(`${stack.web}config.json`);
  expect(
    kept
      .map((url) => url.replace(stack.web, '').replace(/\?.*/, ''))
      .filter((path) => !/^(assets\/[^/]+|index\.html|config\.json|renditions\/.+)$/.test(path)),
  ).toEqual([]);
});

test('a new version starts when the person accepts it', async ({ page }) => {
  let version = 1;
  const site = await serve((path, body) =>
    path.startsWith('sw.js') ? Buffer.concat([body, Buffer.from(`\n// ${version}`)]) : body,
  );
  try {
    await page.goto(site.address);
    await ready(page);
    await page.evaluate(() => ((window as { same?: boolean }).same = true));
    version = 2;
    await page.evaluate(async () =>
      (await navigator.serviceWorker.ready).update().then(() => undefined),
    );
    const offer = page.getByText(t.shell.ready);
    await expect(offer).toBeVisible();
    expect(await waiting(page), 'the new version waits').toBe(true);
    expect(await page.evaluate(() => (window as { same?: boolean }).same)).toBe(true);
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('button', { name: t.shell.reload }).click(),
    ]);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.tagline);
    await expect.poll(() => waiting(page)).toBe(false);
    await expect(offer).toBeHidden();
  } finally {
    site.server.close();
  }
});

/** Waits until the service worker controls the page. */
async function ready(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.tagline);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state))
    .toBe('activated');
}

const waiting = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null);

/** Serves the files of the site at another address, with their content changed by `change`. */
async function serve(
  change: (path: string, body: Buffer) => Buffer,
): Promise<{ server: Server; address: string }> {
  const server = createServer((request, answer) => {
    const path = request.url!.slice(1);
    void fetch(stack.web + path).then(async (reply) => {
      const type = { 'content-type': reply.headers.get('content-type') ?? '' };
      const policy = {
        'content-security-policy': reply.headers.get('content-security-policy') ?? '',
      };
      answer
        .writeHead(reply.status, { ...type, ...policy, 'cache-control': 'no-cache' })
        .end(change(path, Buffer.from(await reply.arrayBuffer())));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    server,
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
  };
}
