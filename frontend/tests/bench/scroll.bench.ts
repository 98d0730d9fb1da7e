import { expect, type Browser } from '@playwright/test';
import { fakeId, hangPictures } from '../browser/album';
import { stack, test, tile } from '../browser/app';
import { photograph } from '../browser/pictures';
import { mainThreads, NETWORKS, slowDown, traced } from './measure';

const PICTURES = Number(process.env.BENCH_PICTURES ?? 10_000);
/** Milliseconds that no task may take. */
const LIMIT = 100;
/** Milliseconds from which on a task is worth a note. */
const NOTED = 10;
/** A turn of the wheel in pixels, and turns from one look at what was done to the next: a trace has its size. */
const TURN = 1_200;
const TURNS = 25;

test('scrolling through ten thousand pictures', async ({ browser }) => {
  test.slow();
  const images = await draw(browser);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  // The one thing that is made up: ten thousand pictures of the local cloud would measure that.
  await hangPictures(page, PICTURES, (number) => `${stack.endpoint}/bench-pictures/${number}`);
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
    const events = await traced(page, async () => {
      for (let i = 0; i < TURNS; i += 1, turns += 1) await page.mouse.wheel(0, TURN);
    });
    tasks = tasks.concat(mainThreads(events).filter((task) => task > NOTED));
  }
  tasks.sort((a, b) => b - a);
  const [longest = 0, ...next] = tasks;
  const tiles = await page.locator('[data-picture]').count();
  console.log(
    `\nScrolling through ${PICTURES} pictures, ${turns} turns of the wheel: the longest task takes ${longest.toFixed(0)} ms of processor time (limit ${LIMIT} ms)`,
  );
  console.log(
    `then ${next
      .slice(0, 4)
      .map((task) => task.toFixed(0))
      .join(
        ', ',
      )} ms; ${tasks.filter((task) => task > 50).length} over 50 ms; ${tiles} tiles at the end`,
  );
  expect(longest).toBeLessThan(LIMIT);
  await context.close();
});

/** Small pictures, as the thumbnails are. */
async function draw(browser: Browser): Promise<Buffer[]> {
  const page = await browser.newPage();
  const drawn: Buffer[] = [];
  for (let hue = 0; hue < 360; hue += 60) drawn.push(await photograph(page, 320, 213, hue));
  await page.close();
  return drawn;
}
