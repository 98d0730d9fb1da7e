import { expect, type Browser } from '@playwright/test';
import { fakeId, servePictures } from '../browser/album';
import { stack, test, tile } from '../browser/app';
import { photograph } from '../browser/pictures';
import { mainThreadTasks, NETWORKS, slowDown, recordTrace } from './measure';

const PICTURES = Number(process.env.BENCH_PICTURES ?? 10_000);
/** The maximum processor time of a task in milliseconds. */
const MAX_TASK_MS = 100;
/** Shorter tasks are not listed. */
const MIN_LISTED_TASK_MS = 10;
/** The pixels of one turn of the mouse wheel. */
const WHEEL_TURN = 1_200;
/** The number of turns in one trace, which limits its size. */
const TURNS_PER_TRACE = 25;

test('scrolling through ten thousand pictures', async ({ browser }) => {
  test.slow();
  const images = await draw(browser);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  // The test serves the pictures, because the local cloud would be slower than the page.
  await servePictures(page, PICTURES, (number) => `${stack.endpoint}/bench-pictures/${number}`);
  await page.route('**/bench-pictures/*', (route) =>
    route.fulfill({
      body: images[Number(route.request().url().split('/').pop()) % images.length]!,
      contentType: 'image/jpeg',
    }),
  );
  await slowDown(page, 1, { ...NETWORKS.desktop, latency: 0 });
  await page.goto(`${stack.web}public`);
  await expect(tile(page, fakeId(0))).toBeVisible();
  await page.mouse.move(640, 600);
  let tasks: number[] = [];
  let turns = 0;
  while ((await tile(page, fakeId(PICTURES - 1)).count()) === 0) {
    const events = await recordTrace(page, async () => {
      for (let i = 0; i < TURNS_PER_TRACE; i += 1, turns += 1)
        await page.mouse.wheel(0, WHEEL_TURN);
    });
    tasks = tasks.concat(mainThreadTasks(events).filter((task) => task > MIN_LISTED_TASK_MS));
  }
  tasks.sort((a, b) => b - a);
  const [longest = 0, ...next] = tasks;
  const tiles = await page.locator('[data-picture]').count();
  console.log(
    `\nScrolling through ${PICTURES} pictures, ${turns} turns of the wheel: the longest task takes ${longest.toFixed(0)} ms of processor time (limit ${MAX_TASK_MS} ms)`,
  );
  console.log(
    `then ${next
      .slice(0, 4)
      .map((task) => task.toFixed(0))
      .join(
        ', ',
      )} ms; ${tasks.filter((task) => task > 50).length} over 50 ms; ${tiles} tiles at the end`,
  );
  expect(longest).toBeLessThan(MAX_TASK_MS);
  await context.close();
});

/** Draws images of the size of small renditions. */
async function draw(browser: Browser): Promise<Buffer[]> {
  const page = await browser.newPage();
  const images: Buffer[] = [];
  for (let hue = 0; hue < 360; hue += 60) images.push(await photograph(page, 320, 213, hue));
  await page.close();
  return images;
}
