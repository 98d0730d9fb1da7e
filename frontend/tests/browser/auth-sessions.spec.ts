import { expect, type Page, type WebSocket } from '@playwright/test';
import { t } from '../../src/texts';
import { addressOf, PASSWORD, stack, tab, test, tile } from './app';
import { member, openAs, publish, signIn, type Member } from './members';
import { photograph } from './pictures';
import { replaceRefreshToken, expireTokens, removeTokens, readAllData, tokens } from './sessions';

const face = (page: Page, { name }: Member) =>
  page.getByRole('button', { name: t.account.menu(name) });

async function reloaded(page: Page, who: Member): Promise<void> {
  await page.reload();
  await expect(face(page, who)).toBeVisible();
  await expect(page.locator('[aria-labelledby="feed-title"]')).toHaveAttribute(
    'aria-busy',
    'false',
  );
}

const openOf = (sockets: WebSocket[]) =>
  sockets
    .filter((socket) => socket.url().startsWith(stack.live) && !socket.isClosed())
    .map((socket) => socket.url());

test('a session is kept and renewed', async ({ context }) => {
  const julia = await member('Julia', 'Cameron');
  // The page reads a list again if an image is missing. Other tests add pictures without images.
  await context.route('**/renditions/**', (route) =>
    route.fulfill({ path: 'public/icons/192.png' }),
  );
  const page = await openAs(context, julia);
  await expect(face(page, julia)).toBeVisible();

  await test.step('across a reload, with one request of the first page of the feed', async () => {
    const reads: string[] = [];
    page.on('request', (request) => {
      const isFirstPage = !request.url().includes('cursor=');
      if (isFirstPage && request.url().startsWith(`${stack.api}/feed?`)) reads.push(request.url());
    });
    // The page before the reload reads the list again if its live connection is late.
    page.on('framenavigated', () => reads.splice(0));
    await reloaded(page, julia);
    expect(reads).toHaveLength(1);
  });

  await test.step('after its tokens have expired', async () => {
    const expired = await expireTokens(page);
    expect(expired).toHaveLength(2);
    await reloaded(page, julia);
    const { accessToken, idToken } = await tokens(page);
    for (const token of expired) expect([accessToken, idToken]).not.toContain(token);
  });

  for (const kinds of [['accessToken'], ['idToken'], ['accessToken', 'idToken']]) {
    await test.step(`after ${kinds.join(' and ')} are missing`, async () => {
      await removeTokens(page, ...kinds);
      await reloaded(page, julia);
      expect(Object.keys(await tokens(page)).sort()).toEqual([
        'accessToken',
        'idToken',
        'refreshToken',
      ]);
    });
  }

  await test.step('with new credentials after a rejected call', async () => {
    const asked: string[] = [];
    page.on('request', (request) =>
      asked.push(
        request.headers()['x-amz-target']?.split('.').pop() ?? new URL(request.url()).pathname,
      ),
    );
    let refused = 0;
    await page.route('**/v1/friends?**', (route) => {
      if (refused++ > 0) return route.fallback();
      return route.fulfill({
        status: 403,
        headers: { 'access-control-allow-origin': '*' },
        json: { code: 403, data: null, notes: 'The credentials have expired.' },
      });
    });
    await tab(page, t.nav.friends).click();
    await expect(
      page.getByRole('heading', { name: t.friends.alone.title, exact: true }),
    ).toBeVisible();
    expect(refused).toBeGreaterThan(1);
    expect(asked).toEqual(
      expect.arrayContaining(['GetTokensFromRefreshToken', 'GetCredentialsForIdentity']),
    );
  });
});

test('a sign-out removes all data from all tabs', async ({ context }) => {
  const julia = await member('Julia', 'Cameron');
  const page = await openAs(context, julia, '/mine');
  const picture = await publish(julia, await photograph(page, 600, 400, 20), {
    caption: 'Only mine',
  });
  const other = await context.newPage();
  const sockets = new Map<Page, WebSocket[]>();
  for (const tab of [page, other]) {
    sockets.set(tab, []);
    tab.on('websocket', (socket) => sockets.get(tab)!.push(socket));
  }
  await reloaded(page, julia);
  await other.goto(`${stack.web}mine`);
  for (const tab of [page, other]) {
    await expect(tile(tab, picture.id)).toBeVisible();
    await expect(tab.locator('[data-live="on"]')).toBeAttached();
    // The connection of the page before the reload can close late.
    await expect.poll(() => openOf(sockets.get(tab)!)).toHaveLength(1);
  }
  const secrets = Object.values(await tokens(page));
  expect(secrets).toHaveLength(3);

  // The sign-out does not depend on Cognito's reply.
  await context.route(`${stack.endpoint}/`, (route) =>
    /RevokeToken/.test(route.request().headers()['x-amz-target'] ?? '')
      ? route.abort()
      : route.fallback(),
  );
  await face(page, julia).click();
  await page.getByRole('button', { name: t.account.signOut }).click();

  for (const tab of [page, other]) {
    await expect(tab.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    await expect(tab.locator('body')).not.toContainText(julia.handle);
    const left = await readAllData(tab, context);
    for (const secret of secrets) expect(left).not.toContain(secret);
    expect(left).not.toMatch(/eyJ[\w-]{10,}|CognitoIdentity|ASIA[A-Z0-9]{12}/);
    // No live connection is left.
    await expect.poll(() => openOf(sockets.get(tab)!)).toEqual([]);
  }

  await test.step('the back button shows no data', async () => {
    await page.goBack();
    await expect(page.getByRole('heading', { name: t.auth.signIn, exact: true })).toBeVisible();
    await expect(tile(page, picture.id)).toHaveCount(0);
    await expect(page.locator('body')).not.toContainText('Only mine');
  });

  await test.step('a sign-in in one tab signs in the other', async () => {
    await page.getByLabel(t.auth.email).fill(julia.email);
    await page.getByLabel(t.auth.password).fill(PASSWORD);
    await page.getByRole('main').getByRole('button', { name: t.auth.signIn }).click();
    await expect(face(page, julia)).toBeVisible();
    await expect(face(other, julia)).toBeVisible();
  });
});

test('signing out everywhere ends the session of another browser, whose page waits for its user', async ({
  context,
  browser,
}) => {
  const julia = await member('Julia', 'Cameron');
  const page = await openAs(context, julia, '/settings');
  const elsewhere = await browser.newContext();
  const sockets: WebSocket[] = [];
  elsewhere.on('page', (opened) => opened.on('websocket', (socket) => sockets.push(socket)));
  const second = await openAs(
    elsewhere,
    { ...julia, tokens: await signIn(julia.email) },
    '/friends',
  );
  await second.getByLabel(t.friends.find.label).fill('half-typed');
  await expect(face(second, julia)).toBeVisible();
  const third = await elsewhere.newPage();
  await third.goto(`${stack.web}friends`);
  await third.getByLabel(t.friends.find.label).fill('half-typed too');
  await expect(face(third, julia)).toBeVisible();
  for (const tab of [second, third]) await expect(tab.locator('[data-live="on"]')).toBeAttached();

  await test.step('a failure is shown, and the member stays signed in', async () => {
    await context.route(`${stack.endpoint}/`, (route) =>
      /GlobalSignOut/.test(route.request().headers()['x-amz-target'] ?? '')
        ? route.abort()
        : route.fallback(),
    );
    await page.getByRole('button', { name: t.auth.everywhere.action }).click();
    const dialog = page.getByRole('dialog', { name: t.auth.everywhere.sure });
    await dialog.getByRole('button', { name: t.auth.everywhere.yes }).click();
    await expect(dialog.getByRole('alert')).toContainText(t.auth.everywhere.failed);
    await context.unroute(`${stack.endpoint}/`);
    await dialog.getByRole('button', { name: t.auth.everywhere.yes }).click();
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    expect(await tokens(page)).toEqual({});
  });

  const dialog = second.getByRole('dialog', { name: t.auth.again.title });

  await test.step('within a minute, the other browser has no connection, and asks to sign in', async () => {
    await expect(dialog).toBeVisible({ timeout: 60_000 });
    await expect.poll(() => openOf(sockets)).toEqual([]);
    await expect(dialog).toContainText(julia.email);
    await expect(dialog.getByLabel(t.auth.password)).toBeFocused();
    expect(await tokens(second)).toEqual({});
    await second.keyboard.press('Escape');
    await second.keyboard.press('Escape');
    await expect(dialog).toBeVisible();
  });

  const thirdDialog = third.getByRole('dialog', { name: t.auth.again.title });

  await test.step('another tab of that browser asks too', async () => {
    await expect(thirdDialog).toBeVisible();
  });

  await test.step('signing in again continues the page as it was', async () => {
    await dialog.getByLabel(t.auth.password).fill('Wrong-12345');
    await dialog.getByRole('button', { name: t.auth.signIn }).click();
    await expect(dialog.getByRole('alert').filter({ hasText: /./ })).toHaveText(t.auth.wrong);
    await dialog.getByLabel(t.auth.password).fill(PASSWORD);
    await dialog.getByRole('button', { name: t.auth.signIn }).click();
    await expect(dialog).toBeHidden();
    await expect(second).toHaveURL(addressOf('/friends'));
    await expect(second.getByLabel(t.friends.find.label)).toHaveValue('half-typed');
    await second.getByLabel(t.friends.find.label).press('Enter');
    await expect(second.getByText(t.friends.find.none).first()).toBeVisible(); // the reply of the API
    await expect(second.locator('[data-live="on"]')).toBeAttached();
  });

  await test.step('the other tab continues as it was', async () => {
    await expect(thirdDialog).toBeHidden();
    await expect(third.getByLabel(t.friends.find.label)).toHaveValue('half-typed too');
    await third.close();
  });

  await test.step('a page that is opened after its session has ended shows a note', async () => {
    await expireTokens(second);
    await replaceRefreshToken(second, julia.tokens.RefreshToken);
    await second.reload();
    await expect(second.getByRole('heading', { name: t.auth.signIn, exact: true })).toBeVisible();
    await expect(second.getByText(t.auth.ended)).toBeVisible();
    await expect(second).toHaveURL(addressOf('/friends'));
  });
});
