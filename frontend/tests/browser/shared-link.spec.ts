import { expect, type Browser, type Page } from '@playwright/test';
import type { AlbumOrder } from '../../src/api/album-types';
import type { Picture, SharedPicture } from '../../src/api/types';
import { t } from '../../src/texts';
import { downloadTexts } from '../../src/texts/downloads';
import { sharedTexts } from '../../src/texts/shared-link';
import { addressOf, openDetails, stack, test, tile, watchForProblems } from './app';
import { expectAccessible } from './axe';
import { member, openAs, publish, type Member } from './members';
import { FRESHWATER, photograph } from './pictures';
import { button, choose, shot } from './uploads';

interface NewLink {
  id: string;
  token: string;
}

/** A connection of 2 Mbit/s with the delay of a phone, in bytes per second. */
const PHONE_NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: 500_000,
  uploadThroughput: 250_000,
};
const GUEST = 'Grace';
const COUNT = 30;
const CAPTION = 'The boats at noon';

async function createAlbum(owner: Member, pictures: readonly Picture[] = []): Promise<string> {
  const { id } = await owner.call<{ id: string }>('POST', '/albums', { title: 'Oslo' });
  const add = pictures.map((picture) => ({ ownerId: picture.owner.id, pictureId: picture.id }));
  if (add.length > 0) await owner.call('POST', `/albums/${id}/pictures`, { add });
  return id;
}

const share = (owner: Member, albumId: string, settings: object = {}) =>
  owner.call<NewLink>('POST', '/links', { albumId, ...settings });

const picturesIn = async (owner: Member, albumId: string, order: AlbumOrder = 'added') =>
  (
    await owner.call<{ items: SharedPicture[] }>(
      'GET',
      `/albums/${albumId}/pictures?limit=100&order=${order}`,
    )
  ).items;

/** Opens a link in a browser without an account. */
async function visit(browser: Browser, token: string): Promise<Page> {
  const isPhone = test.info().project.name === 'phone';
  const { viewport } = test.info().project.use;
  const context = await browser.newContext({
    viewport: viewport ?? null,
    ...(isPhone && { isMobile: true, hasTouch: true }),
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  // A dialog of the operating system cannot be tested, so the browser must save without one.
  await page.addInitScript(() => {
    Reflect.deleteProperty(Window.prototype, 'showSaveFilePicker');
    Reflect.deleteProperty(window, 'showSaveFilePicker');
  });
  await page.goto(addressOf(`/shared/${token}`));
  return page;
}

const tiles = (page: Page) => page.locator('main [data-picture]');
const gone = (page: Page) => page.getByRole('heading', { name: sharedTexts.gone.title });

/** Bytes of the latitude in the Exif of `photograph`: three fractions, big-endian. */
const LATITUDE = Buffer.from(FRESHWATER.north.flatMap((number) => [0, 0, 0, number, 0, 0, 0, 1]));

test('a guest sends 30 pictures from a phone, and deletes them again', async ({
  page: blank,
  browser,
}) => {
  test.skip(test.info().project.name !== 'phone', 'guests are on a phone');
  test.setTimeout(600_000);
  const julia = await member('Julia', 'Cameron');
  const albumId = await createAlbum(julia);
  const { token } = await share(julia, albumId, { upload: true });
  const files: { name: string; buffer: Buffer }[] = [];
  for (let i = 0; i < COUNT; i += 1)
    files.push({
      name: `IMG_${100 + i}.jpg`,
      buffer: await photograph(blank, 480, 360, 12 * i, FRESHWATER),
    });
  expect(files[0]!.buffer.includes(LATITUDE)).toBe(true);

  const page = await visit(browser, token);
  const problems = watchForProblems(page);
  const inState = (state: string) => page.locator(`li[data-state="${state}"]`);
  const own = page.locator('[data-own]');

  await test.step('the guest gives a name once', async () => {
    await page.getByLabel(sharedTexts.add.name).fill(GUEST);
    await button(page, sharedTexts.add.remember).click();
    await expect(page.getByText(sharedTexts.add.as(GUEST))).toBeVisible();
  });

  await test.step('the pictures are sent, with progress, and one failure', async () => {
    const tools = await page.context().newCDPSession(page);
    await tools.send('Network.emulateNetworkConditions', PHONE_NETWORK);
    let requests = 0;
    await page.route(/\/shared\/[^/]+\/pictures$/, (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      requests += 1;
      if (requests !== 5) return route.fallback();
      return route.fulfill({
        status: 429,
        headers: {
          'access-control-allow-origin': '*',
          'access-control-expose-headers': 'retry-after',
          'retry-after': '600',
        },
        json: { code: 429, data: null, notes: null },
      });
    });
    await choose(page, ...files);
    const drafts = page.locator('[data-draft]');
    await expect(drafts).toHaveCount(COUNT);
    await drafts.nth(1).getByLabel(sharedTexts.add.drafts.caption).fill(CAPTION);
    await expectAccessible(page, 'pictures to send');
    await shot(page, 'drafts');
    await button(page, sharedTexts.add.drafts.send(COUNT)).click();
    await expect(drafts).toHaveCount(0);
    const total = page.getByRole('progressbar', { name: sharedTexts.add.total });
    await expect(total).toBeVisible();
    await expect(inState('failed')).toHaveCount(1, { timeout: 120_000 });
    await expect(inState('failed')).toContainText(sharedTexts.add.refused.later(10));
    await shot(page, 'sending');
    await button(page, sharedTexts.add.retryAll(1)).click();
    await expect(inState('ready')).toHaveCount(COUNT, { timeout: 400_000 });
    await expect(total).toHaveCount(0);
    await expectAccessible(page, 'uploads of a guest');
    await shot(page, 'sent');
  });

  await test.step('all are in the album, named after the guest and without a position', async () => {
    await expect.poll(async () => (await picturesIn(julia, albumId)).length).toBe(COUNT);
    const pictures = await picturesIn(julia, albumId);
    expect(new Set(pictures.map(({ guest }) => guest?.name))).toEqual(new Set([GUEST]));
    expect(new Set(pictures.map(({ owner }) => owner.id))).toEqual(new Set([julia.id]));
    const captions = pictures.map(({ caption }) => caption).filter((caption) => caption);
    expect(captions).toEqual([CAPTION]);
    const { id } = pictures[0]!;
    const { original, gps } = await julia.call<Picture>('GET', `/pictures/${julia.id}/${id}`);
    expect(gps ?? null).toBeNull();
    const bytes = Buffer.from(await (await fetch(original!.url)).arrayBuffer());
    expect(bytes.includes(LATITUDE)).toBe(false);
    expect(files.map(({ buffer }) => buffer.length)).toContain(bytes.length);
  });

  await test.step('the guest finds them after a reload, and deletes them', async () => {
    await page.reload();
    await expect(own).toHaveCount(COUNT, { timeout: 120_000 });
    await expect(page.getByText(sharedTexts.add.as(GUEST))).toBeVisible();
    await button(page, sharedTexts.own.removeAll).click();
    const dialog = page.getByRole('dialog', { name: sharedTexts.own.confirm.title });
    await expect(dialog).toContainText(sharedTexts.own.confirm.text(COUNT));
    await button(dialog, sharedTexts.own.confirm.yes).click();
    await expect(own).toHaveCount(0, { timeout: 120_000 });
    await expect.poll(async () => (await picturesIn(julia, albumId)).length).toBe(0);
    await shot(page, 'deleted');
  });
  expect(problems).toEqual([]);
});

test('a link shows an album until it is revoked, and its password opens it', async ({
  page: blank,
  browser,
}) => {
  const julia = await member('Julia', 'Cameron');
  const picture = await publish(julia, await photograph(blank, 600, 400, 30), { caption: 'Fern' });
  const albumId = await createAlbum(julia, [picture]);
  const { id, token } = await share(julia, albumId, { password: 'collodion' });
  const page = await visit(browser, token);
  const problems = watchForProblems(page);

  await test.step('a wrong password is refused', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(sharedTexts.password.title);
    await expect(page.getByText('Oslo')).toHaveCount(0);
    await page.getByLabel(sharedTexts.password.label, { exact: true }).fill('daguerreotype');
    await button(page, sharedTexts.password.open).click();
    await expect(page.getByText(sharedTexts.password.wrong)).toBeVisible();
    await expectAccessible(page, 'password of a link');
    await shot(page, 'wrong-password');
  });

  await test.step('the right one opens the album, also after a reload', async () => {
    await page.getByLabel(sharedTexts.password.label, { exact: true }).fill('collodion');
    await button(page, sharedTexts.password.open).click();
    await expect(tile(page, picture.id)).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Oslo');
    await expect(page.getByText(julia.nameAndHandle)).toBeVisible();
    await expect(page.locator('meta[name="robots"]')).toHaveAttribute('content', /noindex/);
    await page.reload();
    await expect(tile(page, picture.id)).toBeVisible();
    await expectAccessible(page, 'shared album');
    await shot(page, 'album');
  });

  await test.step('a picture opens above the page, and the back button closes it', async () => {
    await tile(page, picture.id).click();
    const details = await openDetails(page);
    await expect(details).toContainText('Fern');
    await expect(details.getByRole('link', { name: t.picture.original })).toHaveCount(0);
    await shot(page, 'picture');
    await page.goBack();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page).toHaveURL(addressOf(`/shared/${token}`));
    await expect(tile(page, picture.id)).toBeVisible();
  });

  await test.step('the token is nowhere but in the address', async () => {
    const stored = await page.evaluate(async () => {
      const names = await caches.keys();
      return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, names, history.state]);
    });
    expect(stored).not.toContain(token);
    expect(stored).not.toContain('collodion');
  });

  await test.step('a revoked link shows nothing', async () => {
    await julia.call('DELETE', `/links/${id}`);
    await page.getByText(sharedTexts.order.taken, { exact: true }).click();
    await expect(gone(page)).toBeVisible();
    await expect(tiles(page)).toHaveCount(0);
    await shot(page, 'gone');
    await page.reload();
    await expect(gone(page)).toBeVisible();
  });
  expect(problems).toEqual([]);
});

test('a visitor downloads an album as an archive', async ({ page: blank, browser }) => {
  const julia = await member('Julia', 'Cameron');
  const originals = [
    await photograph(blank, 600, 400, 30),
    await photograph(blank, 400, 600, 90),
  ] as const;
  const pictures = [
    await publish(julia, originals[0], { caption: 'Fern' }),
    await publish(julia, originals[1], { caption: 'Fern' }),
  ];
  const { token } = await share(julia, await createAlbum(julia, pictures), { download: true });
  const page = await visit(browser, token);
  await expect(tiles(page)).toHaveCount(2);
  const saving = page.waitForEvent('download');
  await button(page, downloadTexts.start).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('Oslo.zip');
  await expect(page.getByRole('group', { name: downloadTexts.title })).toContainText(
    downloadTexts.done(2),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const archive = Buffer.concat(chunks);
  for (const original of originals) expect(archive.includes(original)).toBe(true);
  expect(archive.includes('Fern.jpg')).toBe(true);
  expect(archive.includes('Fern (2).jpg')).toBe(true);
});

test('a member saves a picture of a link in the own library', async ({ page: blank, context }) => {
  const [julia, anna] = [await member('Julia', 'Cameron'), await member('Anna', 'Atkins')];
  const picture = await publish(julia, await photograph(blank, 600, 400, 30), { caption: 'Fern' });
  const { token } = await share(julia, await createAlbum(julia, [picture]), { download: true });
  const page = await openAs(context, anna, `/shared/${token}`);
  await tile(page, picture.id).click();
  const details = await openDetails(page);
  await button(details, downloadTexts.save.action).click();
  await expect(page.getByText(downloadTexts.save.saved)).toBeVisible();
  const copies = async () =>
    (await anna.call<{ items: Picture[] }>('GET', `/users/${anna.id}/pictures`)).items.map(
      ({ caption, visibility, state }) => ({ caption, visibility, state }),
    );
  await expect.poll(copies).toEqual([{ caption: 'Fern', visibility: 'private', state: 'ready' }]);
});

test('an image address of a link is served by the site, not kept by the browser', async ({
  page: blank,
  browser,
}) => {
  const julia = await member('Julia', 'Cameron');
  const picture = await publish(julia, await photograph(blank, 600, 400, 30));
  const { token } = await share(julia, await createAlbum(julia, [picture]));
  const page = await visit(browser, token);
  const image = tile(page, picture.id).getByRole('img');
  await expect(image).toBeVisible();
  const { hash, origin } = new URL((await image.getAttribute('src'))!);
  // The service worker keeps only images whose address names a user.
  expect([hash, `${origin}/`]).toEqual(['', new URL(stack.web).href]);
});
