import { expect, test, type Browser } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { stack } from '../browser/app';
import { photograph } from '../browser/pictures';
import { observe, slowDown, type TraceEvent } from './measure';

const PICTURES = 10_000;
const PAGE = 60;
/** Different images that the pictures show. */
const SHAPES = [
  [320, 213],
  [213, 320],
  [320, 240],
  [320, 180],
  [240, 320],
  [320, 320],
] as const;
/** Milliseconds that no task may take. */
const LIMIT = 100;
/** A turn of the wheel, in pixels, and the milliseconds until the next. */
const TURN = 1_200;
const PAUSE = 16;
const HASHES = ['3OcRJYB4d3h/iIeHeEh3eIhw+j3A', '1QcSHQRnh493V4dIh4eXh1h4kJUI', 'YJqGPQw7sFlslqhFafSE+Q6oJ1h2iHB2Rw=='];

test('scrolling through ten thousand pictures', async ({ browser }) => {
  const images = await draw(browser);
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, serviceWorkers: 'block' });
  await observe(context);
  const page = await context.newPage();
  // The one thing that is made up: ten thousand pictures would measure the local cloud.
  await page.route(/\/v1\/public\?/, (route) => route.fulfill({ json: reply(new URL(route.request().url())), headers: { 'access-control-allow-origin': '*' } }));
  await page.route('**/bench-pictures/*', (route) => route.fulfill({ body: images[Number(route.request().url().split('/').pop()) % images.length]!, contentType: 'image/jpeg' }));
  await slowDown(page, 1);
  await page.goto(`${stack.web}#/public`);
  await expect(page.locator('[data-picture]').first()).toBeVisible();
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'loading'] });
  await page.mouse.move(640, 600);
  const started = Date.now();
  let turns = 0;
  while ((await page.locator(`[data-picture="${id(PICTURES - 1)}"]`).count()) === 0) {
    for (let i = 0; i < 10; i += 1, turns += 1) {
      await page.mouse.wheel(0, TURN);
      await page.waitForTimeout(PAUSE);
    }
    expect(turns, 'the end is reached').toBeLessThan(5_000);
  }
  const took = (Date.now() - started) / 1000;
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`);
  const ofPage = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && mains.includes(`${pid}/${tid}`));
  const tasks = ofPage.map(({ tdur }) => (tdur ?? 0) / 1000).sort((a, b) => b - a);
  const tiles = await page.locator('[data-picture]').count();
  console.log(`\nScrolling through ${PICTURES} pictures by ${turns} turns of the wheel, ${took.toFixed(0)} s: longest task ${tasks[0]!.toFixed(0)} ms of processor time (limit ${LIMIT} ms), then ${tasks.slice(1, 5).map((task) => task.toFixed(0)).join(', ')} ms; ${tasks.filter((task) => task > 50).length} of ${tasks.length} over 50 ms; ${tiles} tiles at the end`);
  expect(tasks[0]).toBeLessThan(LIMIT);
  await context.close();
});

/** Small pictures in the shapes that cameras take. */
async function draw(browser: Browser): Promise<Buffer[]> {
  const page = await browser.newPage();
  const drawn: Buffer[] = [];
  for (const [index, [width, height]] of SHAPES.entries()) drawn.push(await photograph(page, width, height, index * 60));
  await page.close();
  return drawn;
}

/** Newest first, as UUIDv7 sort. */
const id = (index: number) => `0197${(0xffffffff - index).toString(16).padStart(8, '0').replace(/^(.{4})(.{4})$/, '$1-$2')}-7000-8000-${index.toString(16).padStart(12, '0')}`;

function reply(url: URL) {
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const items = Array.from({ length: Math.min(PAGE, PICTURES - from) }, (_, index) => picture(from + index));
  const cursor = from + PAGE < PICTURES ? String(from + PAGE) : null;
  return { code: 200, data: { items, cursor }, notes: null };
}

function picture(index: number): Picture {
  const [width, height] = SHAPES[index % SHAPES.length]!;
  const print = { url: `${stack.endpoint}/bench-pictures/${index}`, width, height, bytes: 9_000 };
  const at = new Date(Date.UTC(2026, 0, 1) - index * 3_600_000).toISOString();
  return {
    id: id(index),
    owner: { id: 'bench', handle: 'bench', firstName: 'Bench', lastName: 'Marker' },
    state: 'ready',
    visibility: 'public',
    caption: `Picture ${index}`,
    takenAt: at,
    uploadedAt: at,
    width: width * 12,
    height: height * 12,
    contentType: 'image/jpeg',
    bytes: 4_000_000,
    thumbhash: HASHES[index % HASHES.length]!,
    renditions: { small: print, large: print },
    metadata: {},
  };
}
