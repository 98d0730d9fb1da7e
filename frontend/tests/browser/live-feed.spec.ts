import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { fakePicture } from './album';
import { stack, tab, test, tile, watchForProblems } from './app';
import { befriend, member, publish, signInAs, type Member } from './members';
import { photograph } from './pictures';

test('what a friend shows arrives while the page is open, and moves nothing', async ({
  page,
  context,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const shown = await publish(julia, await photograph(page, 900, 600, 40), {
    visibility: 'friends',
  });
  const open = await context.newPage();
  const problems = watchForProblems(open);
  await fillFeed(open, julia);
  const connected = open.waitForEvent('websocket');
  await openAsIn(open, anna);
  await connected;

  await test.step('at the top it comes in by itself', async () => {
    await expect(tile(open, shown.id)).toBeVisible();
    await expect(tab(open, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    const first = await publish(julia, await photograph(page, 900, 600, 80), {
      visibility: 'friends',
      caption: 'Ferns',
    });
    await expect(tile(open, first.id)).toBeVisible();
    await expect(open.getByRole('button', { name: t.feed.newPictures(1) })).toHaveCount(0);
  });

  const second =
    await test.step('further down nothing on the screen moves, and a button says it', async () => {
      await open.evaluate(() => window.scrollTo(0, 2_000));
      const seen = await onScreen(open);
      expect(seen.length).toBeGreaterThan(3);
      const second = await publish(julia, await photograph(page, 600, 900, 120), {
        visibility: 'friends',
        caption: 'Fjord',
      });
      await expect(open.getByRole('button', { name: t.feed.newPictures(1) })).toBeVisible();
      expect(await onScreen(open)).toEqual(seen);
      return second;
    });

  await test.step('taken back again, it is gone, and nothing moved', async () => {
    const seen = await onScreen(open);
    await julia.call('PATCH', `/pictures/${julia.id}/${second.id}`, { visibility: 'private' });
    await expect(open.getByRole('button', { name: t.feed.newPictures(1) })).toHaveCount(0);
    expect(await onScreen(open)).toEqual(seen);
    await julia.call('PATCH', `/pictures/${julia.id}/${second.id}`, { visibility: 'friends' });
  });

  await test.step('the button leads to it', async () => {
    await open.getByRole('button', { name: t.feed.newPictures(1) }).click();
    await expect(tile(open, second.id)).toBeInViewport();
    await expect(tile(open, second.id)).toBeFocused();
  });

  await test.step('what is open and taken away closes, with a sentence', async () => {
    await tile(open, second.id).click();
    await expect(open.getByRole('dialog')).toContainText('Fjord');
    await julia.call('DELETE', `/pictures/${julia.id}/${second.id}`);
    await expect(open.getByText(t.picture.removedMeanwhile)).toBeVisible();
    await expect(open.getByRole('dialog')).not.toContainText('Fjord');
    await open.keyboard.press('Escape');
    await expect(open.getByRole('dialog')).toBeHidden();
  });

  await test.step('no longer friends: what was theirs goes from the screen', async () => {
    await expect(tile(open, shown.id)).toHaveCount(1);
    await open.unroute(FEED);
    await julia.call('DELETE', `/friends/${anna.id}`);
    await expect(tile(open, shown.id)).toHaveCount(0);
    await expect(open.locator('[aria-labelledby="feed-title"]')).toHaveAttribute(
      'aria-busy',
      'false',
    );
  });

  expect(problems).toEqual([]);
});

const FEED = `${stack.api}/feed?*`;

/** Below what the feed really holds: pictures of long ago, so that there is something to scroll through. */
async function fillFeed(page: Page, owner: Member): Promise<void> {
  const old = Array.from({ length: 200 }, (_, i) =>
    fakePicture(i, { id: owner.id, handle: owner.handle, firstName: 'Julia', lastName: 'Cameron' }),
  );
  await page.route(FEED, async (route) => {
    const reply = await route.fetch();
    const envelope = (await reply.json()) as {
      data: { items: unknown[]; cursor: string | null } | null;
    };
    if (envelope.data) envelope.data = { items: [...envelope.data.items, ...old], cursor: null };
    await route.fulfill({ response: reply, json: envelope });
  });
}

async function openAsIn(page: Page, who: Member): Promise<void> {
  await signInAs(page, who);
  await page.goto(`${stack.web}feed`);
}

/** Which pictures are on the screen, and where. Waits until nothing moves any more. */
async function onScreen(page: Page): Promise<string[]> {
  const look = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('li[data-index]')]
        .map((li) => ({
          id: li.querySelector('[data-picture]')?.getAttribute('data-picture'),
          box: li.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.bottom > 0 && box.top < window.innerHeight)
        .map(
          ({ id, box }) =>
            `${id} ${Math.round(box.left)} ${Math.round(box.top)} ${Math.round(box.width)} ${Math.round(box.height)}`,
        ),
    );
  let seen = await look();
  await expect(async () => {
    const before = seen;
    seen = await look();
    expect(seen).toEqual(before);
  }).toPass({ intervals: [300] });
  return seen;
}
