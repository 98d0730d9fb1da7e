import { expect, type Page } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { servePictures, fakeId } from './album';
import { openDetails, stack, test, tile, watchForProblems } from './app';
import { findOverflowing } from './layout';
import { member, openAs, publish } from './members';
import { photograph } from './pictures';

test('a grid of ten thousand pictures is stable, renders few tiles and keeps its scroll position', async ({
  page,
}) => {
  const problems = watchForProblems(page);
  await servePictures(page, 10_000);
  await page.addInitScript(() => {
    const measured = { shift: 0 };
    Object.assign(window, { measured });
    // The line below the grid moves down with each page.
    const isInGrid = ({ node }: { node: Node | null }) =>
      Boolean(node?.parentElement?.closest('[data-list]'));
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        sources: { node: Node | null }[];
      })[])
        if (entry.sources.some(isInGrid)) measured.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${stack.web}public`);

  await test.step('the first row has images with sizes', async () => {
    await expect(tile(page, fakeId(0))).toBeVisible();
    const image = tile(page, fakeId(0)).getByRole('img');
    await expect(image).toHaveAttribute('fetchpriority', 'high');
    await expect(image).toHaveAttribute('width', /^\d+$/);
    await expect(image).toHaveAttribute('height', /^\d+$/);
  });

  await test.step('far down, only the tiles near the screen are rendered', async () => {
    const length = async () =>
      Number(await page.locator('li[data-index]').last().getAttribute('aria-setsize'));
    // Each end of the page loads at least one page of pictures.
    for (let i = 0; i < 12 && (await length()) <= 300; i += 1) {
      const before = await length();
      await expect
        .poll(async () => {
          await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
          return length();
        })
        .toBeGreaterThan(before);
    }
    expect(await length()).toBeGreaterThan(300);
    expect(await page.locator('li[data-index]').count()).toBeLessThan(120);
    // Pictures added below shift nothing.
    const visibleId = await middle(page);
    await expect(tile(page, visibleId)).toBeInViewport();
    expect(
      await page.evaluate(
        () => (window as unknown as { measured: { shift: number } }).measured.shift,
      ),
    ).toBeLessThan(0.02);
  });

  await test.step('back closes a picture at its place', async () => {
    const id = await middle(page);
    const before = await tile(page, id).boundingBox();
    await tile(page, id).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('dialog')).toBeHidden();
    expect(await tile(page, id).boundingBox()).toEqual(before);
    await expect(page).toHaveURL(/\/public$/);
  });

  await test.step('after the next pictures, Escape focuses the tile of the last one', async () => {
    const id = await middle(page);
    await tile(page, id).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page).toHaveURL(new RegExp(id));
    const shownId = () => new URL(page.url()).pathname.split('/').pop()!;
    // Keys have no effect until the viewer is loaded.
    await expect
      .poll(async () => {
        if (shownId() === id) await page.keyboard.press('ArrowRight');
        return shownId();
      })
      .not.toBe(id);
    for (let i = 0; i < 12; i += 1) {
      const before = page.url();
      await page.keyboard.press('ArrowRight');
      await expect(page).not.toHaveURL(before);
    }
    const lastId = shownId();
    expect(lastId < id).toBe(true);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(tile(page, lastId)).toBeInViewport();
    await expect(tile(page, lastId)).toBeFocused();
  });

  await test.step('back from another page restores the scroll position', async () => {
    const id = await middle(page);
    const before = await tile(page, id).boundingBox();
    // On a busy machine, click() scrolls the page by half a screen to a link of the sticky header.
    await page
      .getByRole('banner')
      .getByRole('link', { name: t.auth.signIn })
      .dispatchEvent('click');
    await expect(page.getByLabel(t.auth.email)).toBeVisible();
    await page.goBack();
    await expect(tile(page, id)).toBeInViewport();
    const after = await tile(page, id).boundingBox();
    expect(Math.abs(after!.y - before!.y)).toBeLessThan(2);
  });

  expect(problems).toEqual([]);
});

test('a click on the zoom button takes effect after the opening animation', async ({ page }) => {
  await servePictures(page, 3);
  await page.goto(`${stack.web}public`);
  const dialog = page.getByRole('dialog');
  for (const delay of [180, 220, 260, 300, 340]) {
    await tile(page, fakeId(0)).evaluate((element: HTMLElement, delay) => {
      const zoom = () => document.querySelector<HTMLElement>('.pswp__button--zoom')?.click();
      const zoomDuringOpening = () => {
        if (!document.querySelector('.pswp--ui-visible')) requestAnimationFrame(zoomDuringOpening);
        else setTimeout(zoom, delay);
      };
      element.click();
      zoomDuringOpening();
    }, delay);
    await expect(page.locator('.pswp--zoomed-in')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
});

test('an image that failed once is loaded again', async ({ page }) => {
  const address = (number: number, size: string) => `${stack.web}renditions/${number}/${size}.png`;
  let failures = 0;
  await page.route(/\/renditions\/\d+\/\w+\.png/, (route) => {
    if (route.request().url().includes('/0/large') && failures++ === 0) return route.abort();
    return route.fulfill({ path: 'public/icons/192.png' });
  });
  await servePictures(page, 3, address);
  await page.goto(`${stack.web}public`);
  await tile(page, fakeId(0)).click();
  await expect(page.getByRole('dialog').locator('img[src*="/0/large"]')).toBeVisible();
  expect(failures).toBe(2);
});

test('the lightbox works by keyboard, by touch and by link', async ({ page, context }, {
  project,
}) => {
  const anna = await member('Anna', 'Atkins');
  const pictures: Picture[] = [];
  for (const hue of [20, 120, 220])
    pictures.push(
      await publish(anna, await photograph(page, 1200, 800, hue), { caption: `Hue ${hue}` }),
    );
  const [oldest, middle, newest] = pictures.map(({ id }) => id) as [string, string, string];
  const open = await openAs(context, anna, '/mine');
  const problems = watchForProblems(open);
  const dialog = open.getByRole('dialog');

  await test.step('arrow keys move through the grid, Enter opens, Escape closes and returns the focus', async () => {
    await tile(open, newest).focus();
    await open.keyboard.press('ArrowRight');
    await expect(tile(open, middle)).toBeFocused();
    await open.keyboard.press('Enter');
    await expect(dialog).toContainText('Hue 120');
    await open.keyboard.press('ArrowRight');
    await expect(dialog).toContainText('Hue 20');
    await expect(open).toHaveURL(new RegExp(oldest));
    await open.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(open).toHaveURL(/\/mine$/);
    await expect(tile(open, oldest)).toBeFocused();
  });

  await test.step('the neighbours are preloaded', async () => {
    await tile(open, newest).click();
    await expect(dialog).toContainText('Hue 220');
    const neighbour = pictures[1]!.renditions!.large!.url.split('?')[0]!;
    await expect
      .poll(() =>
        open.evaluate(
          (url) =>
            performance.getEntriesByType('resource').some(({ name }) => name.startsWith(url)),
          neighbour,
        ),
      )
      .toBe(true);
  });

  const zoomed = open.locator('.pswp--zoomed-in');
  if (project.name === 'phone') {
    await test.step('a swipe shows the next picture', async () => {
      // PhotoSwipe ignores gestures while it opens or moves, so early swipes are repeated.
      const swipeTo = async (caption: string, from: number, to: number) => {
        const hasArrived = async () => (await dialog.textContent())?.includes(caption) === true;
        await expect(async () => {
          if (await hasArrived()) return;
          await swipe(open, { x: from, y: 380 }, { x: to, y: 380 });
          await expect(dialog).toContainText(caption, { timeout: 3_000 });
        }).toPass();
      };
      await swipeTo('Hue 120', 330, 40);
      await swipeTo('Hue 220', 40, 330);
    });

    await test.step('a double tap zooms in, and another one zooms out', async () => {
      for (const count of [1, 0]) {
        // Early taps are repeated, and also taps with too long a pause between them.
        await expect(async () => {
          if ((await zoomed.count()) !== count) await doubleTap(open, { x: 195, y: 380 });
          await expect(zoomed).toHaveCount(count, { timeout: 3_000 });
        }).toPass();
      }
      await expect(dialog).toContainText('Hue 220');
    });
  } else {
    await test.step('a click zooms in', async () => {
      // PhotoSwipe ignores a click while it opens, so an early click is repeated.
      await expect(async () => {
        if ((await zoomed.count()) === 0)
          await dialog.getByRole('button', { name: t.picture.zoom }).click();
        await expect(zoomed).toHaveCount(1, { timeout: 3_000 });
      }).toPass();
    });
  }

  await test.step('the owner’s name links to their page, and back returns to the picture', async () => {
    await (await openDetails(open)).getByRole('link', { name: anna.name }).click();
    await expect(open).toHaveURL(new RegExp(`/people/${anna.id}$`));
    await expect(dialog).toBeHidden();
    await expect(tile(open, oldest)).toBeVisible();
    await open.goBack();
    await expect(dialog).toContainText('Hue 220');
  });

  await test.step('a link opens its picture, and closing shows the list behind it', async () => {
    await open.goto(`${stack.web}p/${anna.id}/${middle}`);
    await expect(dialog).toContainText('Hue 120');
    await dialog.getByRole('button', { name: t.words.close }).first().click();
    await expect(dialog).toBeHidden();
    await expect(open).toHaveURL(/\/mine$/);
    await open.goto(`${stack.web}p/${anna.id}/00000000-0000-7000-8000-000000000000`);
    await expect(open.getByText(t.picture.notFound)).toBeVisible();
  });

  expect(problems).toEqual([]);
});

test('the owner dates a picture without a date, and corrects the date', async ({
  page: blank,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const { id } = await publish(julia, await photograph(blank, 600, 400, 30));
  await julia.call('PATCH', `/pictures/${julia.id}/${id}`, { takenAt: null });
  const page = await openAs(context, julia, `/p/${julia.id}/${id}`);
  const details = await openDetails(page);
  const field = details.getByLabel(t.picture.takenAt, { exact: true });
  await expect(details.getByText(t.picture.uploaded)).toBeVisible();
  await expect(details.getByText(t.picture.taken, { exact: true })).toHaveCount(0);

  for (const [action, time, year] of [
    [t.picture.addTakenAt, '1872-05-02T12:30:00', /1872/],
    [t.picture.editTakenAt, '1873-05-03T09:00:00', /1873/],
  ] as const) {
    await details.getByRole('button', { name: action }).click();
    await expect(field).toBeFocused();
    expect(await findOverflowing(page)).toEqual([]);
    await field.fill(time);
    await field.press('Enter');
    await expect(details.getByText(year)).toBeVisible();
    const { takenAt } = await julia.call<Picture>('GET', `/pictures/${julia.id}/${id}`);
    expect(takenAt).toBe(time);
  }

  await details.getByRole('button', { name: t.picture.editTakenAt }).click();
  await field.fill('');
  await field.press('Enter');
  await expect(details.getByRole('button', { name: t.picture.addTakenAt })).toBeFocused();
  await expect(details.getByText(t.picture.taken, { exact: true })).toHaveCount(0);
});

/** Returns the id of the picture in the middle of the screen. */
async function middle(page: Page): Promise<string> {
  const find = () =>
    page.evaluate(() => {
      const { clientWidth, clientHeight } = document.documentElement;
      return (
        document
          .elementFromPoint(clientWidth / 2, clientHeight / 2)
          ?.closest('li')
          ?.querySelector('[data-picture]')
          ?.getAttribute('data-picture') ?? ''
      );
    });
  await expect.poll(find).not.toBe('');
  return find();
}

/** Swipes with one finger by touch events of the browser. */
async function swipe(
  page: Page,
  from: { x: number; y: number },
  to: { x: number; y: number },
): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const touch = (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    points: { x: number; y: number }[],
  ) => client.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  await touch('touchStart', [from]);
  for (let i = 1; i <= 8; i += 1)
    await touch('touchMove', [{ x: from.x + ((to.x - from.x) * i) / 8, y: from.y }]);
  await touch('touchEnd', []);
  await client.detach();
}

/** Taps twice. Both taps are sent at once, so that no delay of the test separates them. */
async function doubleTap(page: Page, at: { x: number; y: number }): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const tap = [
    { type: 'touchStart', touchPoints: [at] },
    { type: 'touchEnd', touchPoints: [] },
  ] as const;
  await Promise.all(
    [...tap, ...tap].map(({ type, touchPoints }) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: [...touchPoints] }),
    ),
  );
  await client.detach();
}
