import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { fakePicture } from './album';
import { addressOf, stack, tab, test, tile, watchForProblems } from './app';
import { befriend, member, publish, signInAs, type Member } from './members';
import { photograph } from './pictures';

test('a friend’s pictures appear in an open page, and nothing moves', async ({ page, context }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const shown = await publish(julia, await photograph(page, 900, 600, 40), {
    visibility: 'friends',
  });
  const open = await context.newPage();
  const problems = watchForProblems(open);
  await fillFeed(open, julia);
  const connected = open.waitForEvent('websocket');
  await signInAs(open, anna);
  await open.goto(addressOf('/feed'));
  await connected;

  await test.step('a new picture appears at once at the top of the page', async () => {
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
    await test.step('further down, a button announces it and nothing moves', async () => {
      await open.evaluate(() => window.scrollTo(0, 2_000));
      await expect.poll(async () => (await onScreen(open)).length).toBeGreaterThan(3);
      const seen = await onScreen(open);
      const second = await publish(julia, await photograph(page, 600, 900, 120), {
        visibility: 'friends',
        caption: 'Fjord',
      });
      await expect(open.getByRole('button', { name: t.feed.newPictures(1) })).toBeVisible();
      expect(await onScreen(open)).toEqual(seen);
      return second;
    });

  await test.step('a picture that becomes private disappears, and nothing moves', async () => {
    const seen = await onScreen(open);
    await julia.call('PATCH', `/pictures/${julia.id}/${second.id}`, { visibility: 'private' });
    await expect(open.getByRole('button', { name: t.feed.newPictures(1) })).toHaveCount(0);
    expect(await onScreen(open)).toEqual(seen);
    await julia.call('PATCH', `/pictures/${julia.id}/${second.id}`, { visibility: 'friends' });
  });

  await test.step('the button leads to the new picture', async () => {
    await open.getByRole('button', { name: t.feed.newPictures(1) }).click();
    await expect(tile(open, second.id)).toBeInViewport();
    await expect(tile(open, second.id)).toBeFocused();
  });

  await test.step('an open picture that is deleted closes with a message', async () => {
    await tile(open, second.id).click();
    await expect(open.getByRole('dialog')).toContainText('Fjord');
    await julia.call('DELETE', `/pictures/${julia.id}/${second.id}`);
    await expect(open.getByText(t.picture.removedMeanwhile)).toBeVisible();
    await expect(open.getByRole('dialog')).not.toContainText('Fjord');
    await open.keyboard.press('Escape');
    await expect(open.getByRole('dialog')).toBeHidden();
  });

  await test.step('the pictures of a former friend disappear', async () => {
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

/** Appends old pictures to the feed, so that the page can scroll. */
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

/** Returns the ids and positions of the visible pictures once they have stopped moving. */
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
