/** The public pages, which the function `pages` renders, and the pages of share links. */
import { extract } from '@extractus/oembed-extractor';
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { parseAtomFeed } from 'feedsmith';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { ErrorLevel, XMLToSitemapIndexStream, XMLToSitemapItemStream } from 'sitemap';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { validateXML } from 'xmllint-wasm';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { sharedTexts } from '../../src/texts/shared-link';
import { addressOf, test, watchForProblems } from './app';
import { expectAccessible } from './axe';
import { findOverflowing, findSmallTargets } from './layout';
import { member, openAs, publish, submitSignIn, type Member } from './members';
import { photograph } from './pictures';
import { shot } from './uploads';

/** The time for which the site can show a list without a new picture. */
const CACHED_MS = 45_000;
const LINK_PASSWORD = 'collodion';
const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000';
const CAPTION = 'Fern & “friends” <in a meadow>';

interface World {
  julia: Member;
  wide: Picture;
  tall: Picture;
  albumId: string;
  /** The token of a link to the album. */
  token: string;
}

/** Creates a member with two public pictures in an album, which has a link with a password. */
async function createWorld(blank: Page): Promise<World> {
  const julia = await member('Julia', 'Cameron');
  const tall = await publish(julia, await photograph(blank, 600, 900, 90), {
    visibility: 'public',
  });
  const wide = await publish(julia, await photograph(blank, 900, 600, 30), {
    caption: CAPTION,
    visibility: 'public',
  });
  const { id: albumId } = await julia.call<{ id: string }>('POST', '/albums', {
    title: 'Freshwater',
    visibility: 'public',
  });
  await julia.call('POST', `/albums/${albumId}/pictures`, {
    add: [wide, tall].map(({ id }) => ({ ownerId: julia.id, pictureId: id })),
  });
  await julia.call('POST', `/pictures/${julia.id}/${wide.id}/comments`, { text: 'What a light!' });
  const { token } = await julia.call<{ token: string }>('POST', '/links', {
    albumId,
    password: LINK_PASSWORD,
    upload: true,
  });
  return { julia, wide, tall, albumId, token };
}

const profileOf = ({ handle }: Member) => `/@${handle}`;
const pageOf = (owner: Member, { id }: Picture) => `${profileOf(owner)}/${id}`;
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const tileOf = (page: Page, { id }: Picture) => page.locator(`.grid a[href$="${id}"]`);

/** Opens a browser that cannot run scripts, of the size of the project. */
function withoutScripts(browser: Browser): Promise<BrowserContext> {
  const { viewport, isMobile, hasTouch, colorScheme } = test.info().project.use;
  return browser.newContext({
    javaScriptEnabled: false,
    viewport: viewport ?? null,
    ...(isMobile && { isMobile, hasTouch: hasTouch ?? true }),
    ...(colorScheme && { colorScheme }),
  });
}

/** Waits until all images of the member's pictures are loaded. Others can be deleted meanwhile. */
const expectImages = (page: Page, { id }: Member) =>
  expect
    .poll(() =>
      page
        .locator(`main img[src*="${id}"]`)
        .evaluateAll((images) =>
          images.every((image) => (image as HTMLImageElement).naturalWidth > 0),
        ),
    )
    .toBe(true);

test('a visitor without JavaScript looks around, and opens a link with its password', async ({
  page: blank,
  browser,
}) => {
  const { julia, wide, tall, token } = await createWorld(blank);
  const page = await (await withoutScripts(browser)).newPage();
  const problems = watchForProblems(page);

  await test.step('the newest pictures lead to a picture, and to its owner', async () => {
    await page.goto(addressOf('/explore'));
    await expect(async () => {
      await page.reload();
      await expect(tileOf(page, wide)).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: CACHED_MS });
    await expectImages(page, julia);
    await shot(page, 'explore');
    await tileOf(page, wide).click();
    await expect(page).toHaveURL(addressOf(pageOf(julia, wide)));
    await expect(page.getByRole('figure')).toContainText(CAPTION);
    await expect(page.getByText('What a light!')).toBeVisible();
    // HTML allows at most three digits after the seconds.
    await expect(page.locator('time')).toHaveAttribute('datetime', /^[\d-]+T[\d:]+Z$/);
    await expectImages(page, julia);
    await shot(page, 'picture');
    await link(page, julia.name).click();
    await expect(heading(page)).toHaveText(julia.name);
  });

  await test.step('the page of the owner leads to an album, and back', async () => {
    await page.getByRole('link', { name: 'Freshwater' }).click();
    await expect(heading(page)).toHaveText('Freshwater');
    await expect(page.getByText('2 pictures')).toBeVisible();
    await tileOf(page, tall).click();
    await expect(page).toHaveURL(addressOf(pageOf(julia, tall)));
    await link(page, 'Newer picture').click();
    await expect(page).toHaveURL(addressOf(pageOf(julia, wide)));
    for (let i = 0; i < 3; i += 1) await page.goBack();
    await expect(heading(page)).toHaveText(julia.name);
    await expectImages(page, julia);
    await shot(page, 'profile');
  });

  await test.step('a link opens with its password', async () => {
    await page.goto(addressOf(`/s/${token}`));
    for (const [password, title] of [
      ['daguerreotype', 'This link needs a password'],
      [LINK_PASSWORD, 'Freshwater'],
    ] as const) {
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await expect(heading(page)).toHaveText(title);
      await expect(page.getByRole('alert')).toHaveCount(title === 'Freshwater' ? 0 : 1);
    }
    await expect(page).toHaveURL(addressOf(`/s/${token}`));
    await expectImages(page, julia);
    await shot(page, 'link');
    await tileOf(page, wide).click();
    await expect(page.getByRole('figure')).toContainText(CAPTION);
    await link(page, 'Back to the album').click();
    await expect(heading(page)).toHaveText('Freshwater');
  });
  expect(problems).toEqual([]);
});

test('the pages are valid, accessible, and fit the screen', async ({ page }, { project }) => {
  const { julia, wide, albumId, token } = await createWorld(page);
  const { token: open } = await julia.call<{ token: string }>('POST', '/links', { albumId });
  const tiny = await publish(julia, await photograph(page, 160, 120, 60), {
    visibility: 'public',
  });
  const isPhone = project.name === 'phone';
  const problems = watchForProblems(page);
  await page.addInitScript(() => {
    const shifts: number[] = ((window as { shifts?: number[] }).shifts = []);
    new PerformanceObserver((list) =>
      list
        .getEntries()
        .forEach((entry) => shifts.push((entry as unknown as { value: number }).value)),
    ).observe({ type: 'layout-shift', buffered: true });
  });
  const views: Record<string, string> = {
    explore: '/explore',
    profile: profileOf(julia),
    picture: pageOf(julia, wide),
    'tiny picture': pageOf(julia, tiny),
    album: `/albums/${albumId}`,
    'no such person': '/@nobody-has-this-handle',
    'no such picture': `${profileOf(julia)}/${UNKNOWN_ID}`,
    'no such album': `/albums/${UNKNOWN_ID}`,
    locked: `/s/${token}?error=wrong-password`,
    'shared album': `/s/${open}`,
    'shared picture': `/s/${open}/${julia.id}/${wide.id}`,
  };
  /** The numbers of different sizes of the image. A tiny picture has one. */
  const sizesOf: Record<string, number> = { picture: 2, 'tiny picture': 1, 'shared picture': 2 };
  for (const [view, path] of Object.entries(views)) {
    await test.step(view, async () => {
      await page.setViewportSize(project.use.viewport!);
      const html = await (await page.goto(addressOf(path)))!.text();
      await expectImages(page, julia);
      expect(await page.evaluate(() => (window as { shifts?: number[] }).shifts)).toEqual([]);
      expect(await page.locator('script:not([type="application/ld+json"])').count()).toBe(0);
      expect(await invalidParts(html), view).toEqual([]);
      await expectAccessible(page, view);
      expect(await findSmallTargets(page, isPhone ? 44 : 24), view).toEqual([]);
      if (view === 'picture') await checkPrintAndKeyboard(page);
      if (view in sizesOf)
        await expect(page.locator('figure img[srcset]')).toHaveCount(sizesOf[view]! - 1);
      for (const width of isPhone ? [320, 360] : [1600]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await findOverflowing(page), `${view} ${width}`).toEqual([]);
      }
    });
  }
  expect(problems).toEqual([]);
});

test('a page leads to the app, where a person who signs in sees what is not public', async ({
  page,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const [open, hidden] = [
    await publish(julia, await photograph(page, 600, 400, 30), {
      caption: 'Fern',
      visibility: 'public',
    }),
    await publish(julia, await photograph(page, 600, 400, 90), { caption: 'Moss' }),
  ];
  const opened = (where: Page) => where.getByRole('dialog', { name: t.picture.dialog });

  await test.step('without an account, by signing in', async () => {
    const reply = await page.goto(addressOf(pageOf(julia, hidden)));
    expect(reply!.status()).toBe(404);
    await expect(page.getByRole('main')).not.toContainText('Moss');
    await page.getByRole('main').getByRole('link', { name: 'Open in the app' }).click();
    await submitSignIn(page, julia);
    await expect(opened(page)).toContainText('Moss');
    await expect(page).toHaveURL(addressOf(`/p/${julia.id}/${hidden.id}`));
  });

  await test.step('signed in, at once', async () => {
    const other = await openAs(context, julia, pageOf(julia, open));
    await link(other, 'Open in the app').click();
    await expect(opened(other)).toContainText('Fern');
  });

  await test.step('from a share link', async () => {
    const { token } = await julia.call<{ token: string }>('POST', '/links', {
      ownerId: julia.id,
      pictureId: hidden.id,
    });
    await page.goto(addressOf(`/s/${token}`));
    await link(page, 'Open in the app').click();
    await expect(page).toHaveURL(addressOf(`/shared/${token}`));
    await expect(page.getByText(sharedTexts.gone.title)).toHaveCount(0);
    await expect(page.getByRole('main')).toContainText(julia.nameAndHandle);
  });
});

test('a page that does not exist for visitors leads to the app without an id', async ({ page }) => {
  const anna = await member('Anna', 'Atkins');
  const hidden = await publish(anna, await photograph(page, 600, 400, 90), { caption: 'Moss' });

  await test.step('a person who signs in sees the picture at the address with the id', async () => {
    await page.goto(addressOf(`/p/@${anna.handle}/${hidden.id}`));
    await expect(page.getByText(t.auth.signInForPicture)).toBeVisible();
    await submitSignIn(page, anna);
    await expect(page.getByRole('dialog', { name: t.picture.dialog })).toContainText('Moss');
    await expect(page).toHaveURL(addressOf(`/p/${anna.id}/${hidden.id}`));
  });

  await test.step('a member sees the person, and goes back in one step', async () => {
    const reply = await page.goto(addressOf(profileOf(anna)));
    expect(reply!.status()).toBe(404);
    expect(await reply!.text()).not.toContain(anna.id);
    await page.getByRole('main').getByRole('link', { name: 'Open in the app' }).click();
    await expect(heading(page)).toHaveText(anna.name);
    await expect(page).toHaveURL(addressOf(`/people/${anna.id}`));
    await page.goBack();
    await expect(page).toHaveURL(addressOf(profileOf(anna)));
  });
});

test('programs read the feed, the embedded picture and the list of pages', async ({
  page: blank,
  request,
}) => {
  test.skip(test.info().project.name !== 'desktop', 'opens no page');
  const { julia, wide, albumId } = await createWorld(blank);
  const text = async (path: string) => {
    const reply = await request.get(addressOf(path));
    expect(reply.status(), path).toBe(200);
    return reply.text();
  };

  await test.step('a feed reader', async () => {
    for (const path of [profileOf(julia), `/albums/${albumId}`]) {
      const xml = await text(`${path}/feed.xml`);
      await expectValid(xml, 'relaxng', new URL('./schemas/atom.rng', import.meta.url));
      const feed = parseAtomFeed(xml);
      expect(feed.links).toContainEqual(
        expect.objectContaining({ rel: 'self', href: addressOf(`${path}/feed.xml`) }),
      );
      expect(feed.entries).toHaveLength(2);
      const entry = feed.entries!.find(({ title }) => JSON.stringify(title)?.includes('Fern'))!;
      expect(entry.links).toContainEqual(
        expect.objectContaining({ rel: 'alternate', href: addressOf(pageOf(julia, wide)) }),
      );
      expect(JSON.stringify(entry.title)).toContain('<in a meadow>');
      expect(entry.authors).toMatchObject([{ name: julia.name }]);
      expect(JSON.stringify(entry.content)).toContain('<img ');
      expect(JSON.stringify(entry.content)).not.toContain('<in a meadow>');
      for (const { id, updated } of [feed, entry]) expect([!!id, !!updated]).toEqual([true, true]);
    }
  });

  await test.step('a consumer of oEmbed, which finds the endpoint in the page', async () => {
    const large = wide.renditions!.large;
    expect(await extract(addressOf(pageOf(julia, wide)))).toMatchObject({
      version: '1.0',
      type: 'photo',
      title: CAPTION,
      author_name: julia.name,
      author_url: addressOf(profileOf(julia)),
      width: large.width,
      height: large.height,
    });
  });

  await test.step('a search engine', async () => {
    const robots = await text('/robots.txt');
    const [, index] = /^Sitemap: (.*)$/m.exec(robots)!;
    const strict = { level: ErrorLevel.THROW };
    const maps = (await Readable.from(await text(index!))
      .pipe(new XMLToSitemapIndexStream(strict))
      .toArray()) as { url: string }[];
    expect(maps.length).toBeGreaterThan(0);
    const xml = await text(maps[0]!.url);
    // The schema of sitemaps.org.
    const schema = new URL('../../node_modules/sitemap/schema/sitemap.xsd', import.meta.url);
    await expectValid(xml, 'schema', schema);
    const pages = (await Readable.from(xml).pipe(new XMLToSitemapItemStream(strict)).toArray()) as {
      url: string;
    }[];
    expect(pages.length).toBeGreaterThan(0);
    for (const { url } of [...maps, ...pages])
      expect(new URL(url).origin).toBe(new URL(addressOf('/')).origin);
  });
});

async function expectValid(
  contents: string,
  extension: 'relaxng' | 'schema',
  schema: URL,
): Promise<void> {
  const { errors } = await validateXML({
    xml: { fileName: 'reply.xml', contents },
    extension,
    schema: await readFile(schema, 'utf8'),
  });
  expect(errors).toEqual([]);
}

async function checkPrintAndKeyboard(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('figure')).toContainText(CAPTION);
  await expect(page.getByText(page.url(), { exact: true })).toBeVisible();
  for (const name of ['Explore', 'Open in the app', 'Older picture', 'View the large image'])
    await expect(link(page, name)).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await expect(page.getByText(page.url(), { exact: true })).toBeHidden();
  await page.keyboard.press('Tab');
  const skip = link(page, 'Skip to the content');
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => !!document.activeElement?.closest('main'))).toBe(true);
}

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
    // The style is a file of the same origin.
    rules: { 'require-sri': ['error', { target: 'crossorigin' }] },
  }),
);

async function invalidParts(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `line ${line}, ${ruleId}: ${message}`),
  );
}
