import { expect, type Page } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { hangPictures, fakeId } from './album';
import { openDetails, stack, test, tile, watchForProblems } from './app';
import { member, openAs, publish } from './members';
import { photograph } from './pictures';

test('ten thousand pictures: nothing shifts, few tiles at a time, the place is kept', async ({
  page,
}) => {
  const problems = watchForProblems(page);
  await hangPictures(page, 10_000);
  await page.addInitScript(() => {
    const measured = { shift: 0 };
    Object.assign(window, { measured });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        measured.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${stack.web}public`);

  await test.step('the first row is there, with its sizes and placeholders', async () => {
    await expect(tile(page, fakeId(0))).toBeVisible();
    const image = tile(page, fakeId(0)).getByRole('img');
    await expect(image).toHaveAttribute('fetchpriority', 'high');
    await expect(image).toHaveAttribute('width', /^\d+$/);
    await expect(image).toHaveAttribute('height', /^\d+$/);
  });

  await test.step('scrolls far, and holds only what is near the screen', async () => {
    const length = async () =>
      Number(await page.locator('li[data-index]').last().getAttribute('aria-setsize'));
    // At each end there is more: a page of pictures at least, so that it takes a few steps, however slow they are.
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
    // What comes in below moves nothing.
    const seen = await middle(page);
    await expect(tile(page, seen)).toBeInViewport();
    expect(
      await page.evaluate(
        () => (window as unknown as { measured: { shift: number } }).measured.shift,
      ),
    ).toBeLessThan(0.02);
  });

  await test.step('a picture opens and closes where it was', async () => {
    const id = await middle(page);
    const before = await tile(page, id).boundingBox();
    await tile(page, id).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('dialog')).toBeHidden();
    expect(await tile(page, id).boundingBox()).toEqual(before);
    await expect(page).toHaveURL(/#\/public$/);
  });

  await test.step('so does one that was leafed to, and the focus is there', async () => {
    const id = await middle(page);
    await tile(page, id).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page).toHaveURL(new RegExp(id));
    const shown = () => new URL(page.url()).pathname.split('/').pop()!;
    // No key is heard before the viewer itself is loaded.
    await expect
      .poll(async () => {
        if (shown() === id) await page.keyboard.press('ArrowRight');
        return shown();
      })
      .not.toBe(id);
    for (let i = 0; i < 12; i += 1) {
      const before = page.url();
      await page.keyboard.press('ArrowRight');
      await expect(page).not.toHaveURL(before);
    }
    const last = shown();
    expect(last < id).toBe(true);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(tile(page, last)).toBeInViewport();
    await expect(tile(page, last)).toBeFocused();
  });

  await test.step('another page and back: the same pictures are on the screen', async () => {
    const id = await middle(page);
    const before = await tile(page, id).boundingBox();
    await page.goto(`${stack.web}sign-in`);
    await expect(page.getByLabel(t.auth.email)).toBeVisible();
    await page.goBack();
    await expect(tile(page, id)).toBeInViewport();
    const after = await tile(page, id).boundingBox();
    expect(Math.abs(after!.y - before!.y)).toBeLessThan(2);
  });

  expect(problems).toEqual([]);
});

test('a picture large: by keys, by touch, by its link', async ({ page, context }, { project }) => {
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

  await test.step('the arrow keys lead through the grid, Enter opens, Escape closes and the focus is back', async () => {
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
    await expect(open).toHaveURL(/#\/mine$/);
    await expect(tile(open, oldest)).toBeFocused();
  });

  await test.step('the neighbours are loaded before they are wanted', async () => {
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

  if (project.name === 'phone') {
    await test.step('a swipe leads to the next picture', async () => {
      // While it opens or moves, PhotoSwipe takes no gestures: whoever swipes too soon swipes again.
      const swipeTo = async (caption: string, from: number, to: number) => {
        const arrived = async () => (await dialog.textContent())?.includes(caption) === true;
        await expect(async () => {
          if (await arrived()) return;
          await swipe(open, { x: from, y: 380 }, { x: to, y: 380 });
          await expect(dialog).toContainText(caption, { timeout: 3_000 });
        }).toPass({ timeout: 15_000 });
      };
      await swipeTo('Hue 120', 330, 40);
      await swipeTo('Hue 220', 40, 330);
    });

    await test.step('a double tap zooms, and another one back', async () => {
      const zoomed = open.locator('.pswp--zoomed-in');
      for (const wanted of [1, 0]) {
        // As with the swipe, and two taps between which the machine stood still are no double tap.
        await expect(async () => {
          if ((await zoomed.count()) !== wanted) await doubleTap(open, { x: 195, y: 380 });
          await expect(zoomed).toHaveCount(wanted, { timeout: 3_000 });
        }).toPass({ timeout: 15_000 });
      }
      await expect(dialog).toContainText('Hue 220');
    });
  } else {
    await test.step('a click zooms', async () => {
      await dialog.getByRole('button', { name: t.picture.zoom }).click();
      await expect(open.locator('.pswp--zoomed-in')).toBeVisible();
    });
  }

  await test.step('the owner’s name leads to their page, and back', async () => {
    await (await openDetails(open)).getByRole('link', { name: anna.name }).click();
    await expect(open).toHaveURL(new RegExp(`/people/${anna.id}$`));
    await expect(dialog).toBeHidden();
    await expect(tile(open, oldest)).toBeVisible();
    await open.goBack();
    await expect(dialog).toContainText('Hue 220');
  });

  await test.step('its link opens it, and closing stays in the app', async () => {
    await open.goto(`${stack.web}p/${anna.id}/${middle}`);
    await expect(dialog).toContainText('Hue 120');
    await dialog.getByRole('button', { name: t.words.close }).first().click();
    await expect(dialog).toBeHidden();
    await expect(open).toHaveURL(/#\/mine$/);
    await open.goto(`${stack.web}p/${anna.id}/00000000-0000-7000-8000-000000000000`);
    await expect(open.getByText(t.picture.gone)).toBeVisible();
  });

  expect(problems).toEqual([]);
});

/** A picture in the middle of the screen. */
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

/** One finger, as the browser's own gestures see it. */
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

/** One finger, twice at the same place: sent at once, so that only the browser's time is between. */
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
