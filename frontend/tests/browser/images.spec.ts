/** Images that the service worker keeps, and addresses that have expired. */
import { expect, type BrowserContext, type Page, type Route } from '@playwright/test';
import { t } from '../../src/texts';
import { fakeId, servePictures } from './album';
import { addressOf, openDetails, stack, test, tile, watchForProblems } from './app';
import { member, openAs, publish, signInAs } from './members';
import { photograph } from './pictures';

const OWNER = '00000000-0000-4000-8000-000000000000';
/** The validity of an address in seconds. */
const VALIDITY = 900;

/** Returns an address on the site as the API presigns it, which expired some minutes ago or not. */
function presigned(number: number, size: 'small' | 'large', expired = false): string {
  const time = new Date(Date.now() - (expired ? 20 * 60_000 : 0));
  const query = new URLSearchParams({
    'X-Amz-Date': time.toISOString().replace(/[-:]|\.\d{3}/g, ''),
    'X-Amz-Expires': String(VALIDITY),
    'X-Amz-Signature': Math.random().toString(16).slice(2),
  });
  return addressOf(`/renditions/${OWNER}/${fakeId(number)}/${size}?${query}`);
}

/** Serves images as S3 does: 403 for an expired address. Returns the paths of all downloads. */
async function serveImages(page: Page): Promise<string[]> {
  const jpeg = await photograph(page, 320, 240, 200);
  const downloads: string[] = [];
  await page.context().route('**/renditions/**', async (route: Route) => {
    const url = new URL(route.request().url());
    const isExpired = expiry(url) < Date.now();
    downloads.push(`${isExpired ? 'expired ' : ''}${url.pathname}`);
    if (isExpired) await route.fulfill({ status: 403, body: 'Request has expired' });
    else await route.fulfill({ body: jpeg, contentType: 'image/jpeg' });
  });
  return downloads;
}

function expiry({ searchParams }: URL): number {
  const time = searchParams
    .get('X-Amz-Date')!
    .replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(time) + Number(searchParams.get('X-Amz-Expires')) * 1000;
}

const naturalWidth = (image: HTMLElement | SVGElement) => (image as HTMLImageElement).naturalWidth;

/** Waits until pictures are visible with their images. */
async function expectImages(page: Page, ...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    const image = tile(page, fakeId(number)).getByRole('img');
    await expect(image).toHaveClass(/loaded/);
    expect(await image.evaluate(naturalWidth)).toBeGreaterThan(0);
  }
}

/** Waits until the service worker controls the page. */
async function controlled(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state))
    .toBe('activated');
}

/** Returns the names of the caches of images, each with the number of its images. */
const keptImages = (page: Page) =>
  page.evaluate(async () => {
    const kept: Record<string, number> = {};
    for (const name of await caches.keys()) {
      if (!name.startsWith('albumen-images-')) continue;
      const keys = await (await caches.open(name)).keys();
      kept[name.replace('albumen-images-', '')] = keys.length - 1;
    }
    return kept;
  });

/** Whether a cache has an image of a picture. */
const isKept = (page: Page, pictureId: string) =>
  page.evaluate(async (pictureId) => {
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys())
        if (url.includes(pictureId)) return true;
    return false;
  }, pictureId);

/** Serves a feed with four pictures of another member, and no public pictures. */
async function serveFeed(page: Page): Promise<void> {
  await servePictures(page, 0);
  await servePictures(page, 4, (number, size) => presigned(number, size), '/feed');
}

test.describe('with a service worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('an image is downloaded once, and is there after a reload without a connection', async ({
    page,
    context,
  }) => {
    const problems = watchForProblems(page);
    const downloads = await serveImages(page);
    await servePictures(page, 4, (number, size) => presigned(number, size));
    await page.goto(addressOf('/public'));
    await controlled(page);
    await page.reload();
    await expectImages(page, 0, 1, 2, 3);
    await expect.poll(() => keptImages(page)).toEqual({ visitor: 4 });

    const before = downloads.length;
    await page.reload();
    await expectImages(page, 0, 1, 2, 3);
    await context.setOffline(true);
    await page.reload();
    await expectImages(page, 0, 1, 2, 3);
    expect(downloads.slice(before)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('images of the first visit are kept without a second download', async ({ context }) => {
    const anna = await member('Anna', 'Atkins');
    const drawing = await context.newPage();
    const { id } = await publish(anna, await photograph(drawing, 600, 400, 30));
    await drawing.close();
    const page = await openAs(context, anna);
    await expect(tile(page, id).getByRole('img')).toHaveClass(/loaded/);
    await controlled(page);
    // A picture is kept only if the browser's own cache has it: see `keepLoadedImages`.
    await expect.poll(() => isKept(page, id)).toBe(true);
  });

  test('images that have expired are shown if they are kept', async ({ page }) => {
    const downloads = await serveImages(page);
    let isExpired = false;
    await servePictures(page, 4, (number, size) => presigned(number, size, isExpired));
    await page.goto(addressOf('/public'));
    await controlled(page);
    await page.reload();
    await expectImages(page, 0, 1, 2, 3);
    await expect.poll(() => keptImages(page)).toEqual({ visitor: 4 });

    isExpired = true;
    const [before, lists] = [downloads.length, await countLists(page)];
    await page.reload();
    await expectImages(page, 0, 1, 2, 3);
    expect(downloads.slice(before)).toEqual([]);
    expect(lists).toHaveLength(1);
  });

  test('a sign-out deletes the images of a person, and the next person has none', async ({
    page,
    context,
  }) => {
    const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
    const downloads = await serveImages(page);
    await serveFeed(page);
    await signInAs(page, anna);
    await page.goto(addressOf('/feed'));
    await controlled(page);
    await page.reload();
    await expectImages(page, 0, 1, 2, 3);
    await expect.poll(() => keptImages(page)).toEqual({ [anna.id]: 4 });

    const other = await context.newPage();
    await serveFeed(other);
    await other.goto(addressOf('/feed'));
    await expectImages(other, 0, 1, 2, 3);

    await context.setOffline(true);
    await page.getByRole('button', { name: t.account.menu(anna.name) }).click();
    await page.getByRole('button', { name: t.account.signOut }).click();
    await expect.poll(() => keptImages(page)).toEqual({ visitor: 0 });
    await expect(other.getByRole('link', { name: t.auth.signIn }).last()).toBeVisible();
    await context.setOffline(false);
    // An open tab would show the feed of the next person, and download the same images.
    await Promise.all([page.close(), other.close()]);

    const next = await context.newPage();
    await serveFeed(next);
    await signInAs(next, julia);
    const before = downloads.length;
    await next.goto(addressOf('/feed'));
    await expectImages(next, 0, 1, 2, 3);
    expect(downloads.slice(before)).toHaveLength(4);
    await expect.poll(() => keptImages(next)).toEqual({ [julia.id]: 4 });
  });

  test('a download that ends after the sign-out is not kept', async ({ page, context }) => {
    const anna = await member('Anna', 'Atkins');
    await serveFeed(page);
    await signInAs(page, anna);
    let finish!: () => void;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const jpeg = await photograph(page, 320, 240, 200);
    let waiting = 0;
    await context.route('**/renditions/**', async (route) => {
      waiting += 1;
      await finished;
      await route.fulfill({ body: jpeg, contentType: 'image/jpeg' });
    });
    await page.goto(addressOf('/feed'));
    await controlled(page);
    await page.reload();
    waiting = 0;
    await expect.poll(() => waiting).toBe(4);
    await expect.poll(() => keptImages(page)).toEqual({ [anna.id]: 0 });

    await page.getByRole('button', { name: t.account.menu(anna.name) }).click();
    await page.getByRole('button', { name: t.account.signOut }).click();
    await expect.poll(() => keptImages(page)).toEqual({ visitor: 0 });
    finish();
    await settled(page);
    expect(await keptImages(page)).toEqual({ visitor: 0 });
  });
});

test('expired addresses are renewed with one request for each page of the list', async ({
  page,
}) => {
  const downloads = await serveImages(page);
  const reads: string[] = [];
  await page.route(`${stack.api}/public/**`, async (route) => {
    reads.push(route.request().url());
    await route.abort();
  });
  // Each page of the list is expired the first time.
  const seen = new Set<string>();
  await servePictures(page, 80, (number, size) => {
    const isFirst = !seen.has(`${number} ${size}`);
    seen.add(`${number} ${size}`);
    return presigned(number, size, isFirst);
  });
  const lists = await countLists(page);
  await page.goto(addressOf('/public'));
  await expectImages(page, 0, 1, 2, 3);
  // The second page of the list makes the document longer.
  await expect(async () => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect(tile(page, fakeId(79))).toBeVisible({ timeout: 500 });
  }).toPass();
  await expectImages(page, 79);
  await page.evaluate(() => scrollTo(0, 0));
  await expectImages(page, 0);
  expect(downloads.filter((path) => path.startsWith('expired'))).toEqual([]);
  expect(reads).toEqual([]);
  expect(lists.length).toBeLessThanOrEqual(4);
});

test('an image that fails although its address seemed valid is loaded with a new address', async ({
  page,
}) => {
  let attempts = 0;
  const jpeg = await photograph(page, 320, 240, 200);
  await page.route('**/renditions/**', async (route) => {
    attempts += 1;
    if (attempts <= 4) await route.fulfill({ status: 403 });
    else await route.fulfill({ body: jpeg, contentType: 'image/jpeg' });
  });
  await servePictures(page, 4, (number, size) => presigned(number, size));
  const lists = await countLists(page);
  await page.goto(addressOf('/public'));
  await expectImages(page, 0, 1, 2, 3);
  expect(lists).toHaveLength(2);
});

test('the viewer renews an expired address before it shows the image', async ({ page }) => {
  const downloads = await serveImages(page);
  let isExpired = true;
  await servePictures(page, 4, (number, size) =>
    presigned(number, size, isExpired && size === 'large'),
  );
  await page.goto(addressOf('/public'));
  await expectImages(page, 0, 1, 2, 3);
  isExpired = false;
  const lists = await countLists(page);
  await tile(page, fakeId(0)).click();
  await openDetails(page);
  const shown = page.locator(
    '.pswp__item[aria-hidden="false"] .pswp__img:not(.pswp__img--placeholder)',
  );
  await expect.poll(() => shown.evaluate(naturalWidth)).toBe(320);
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(new RegExp(fakeId(1)));
  await expect.poll(() => shown.evaluate(naturalWidth)).toBe(320);
  expect(downloads.filter((path) => path.startsWith('expired'))).toEqual([]);
  expect(lists).toHaveLength(1);
});

/** Returns a list that collects the requests of lists of pictures from now on. */
async function countLists(page: Page): Promise<string[]> {
  const lists: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${stack.api}/public?`)) lists.push(request.url());
  });
  return lists;
}

/** Waits until the service worker has handled everything before. */
async function settled(page: Page): Promise<void> {
  const context: BrowserContext = page.context();
  for (const worker of context.serviceWorkers())
    await worker.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
}
