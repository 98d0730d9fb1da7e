import { afterEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import type { LiveMessage, Picture } from '../api/types';
import type { Config } from '../config';
import { LiveConnection } from '../live/live-connection.svelte';
import { forgetImages } from '../shell/kept-images';
import { Library } from './library.svelte';
import { keepListsInSync } from './live-sync';

vi.mock('../shell/kept-images', () => ({ forgetImages: vi.fn() }));

const picture = (id: string, change: Partial<Picture> = {}) =>
  ({ id, state: 'ready', visibility: 'friends', owner: { id: 'julia' }, ...change }) as Picture;

let messageCount = 0;
function message(type: string, details: object): LiveMessage {
  messageCount += 1;
  const at = new Date(1e12 + messageCount * 1000).toISOString();
  return { type, id: String(messageCount), at, ...details } as LiveMessage;
}
const changed = (picture: Picture) =>
  message('picture.changed', { ownerId: picture.owner.id, pictureId: picture.id, picture });
const friendRemoved = () => message('friend.removed', { user: { id: 'julia' }, state: null });

async function openFeed() {
  const owner = { id: 'anna', handle: null, firstName: null, lastName: null };
  const own = picture('b', {
    owner,
    original: { url: 'original' },
    caption: 'old',
  });
  const getPicture = vi.fn(async (_: string, id: string) =>
    picture(id, { owner, original: { url: 'original' }, caption: 'new' }),
  );
  const feed = vi.fn(async () => ({ items: [own, picture('a')], cursor: null }));
  const api = { getPicture, feed } as unknown as Api;
  const live = new LiveConnection({} as Config, async () => null);
  const library = new Library(api, 'anna');
  const session = { person: { id: 'anna' } };
  const stop = keepListsInSync({ api, library, live, session });
  await library.open('feed');
  return { live, library, feed, getPicture, own, stop, items: () => library.list('feed').items };
}

afterEach(() => vi.useRealTimers());

it('messages about pictures of friends add, change and remove them', async () => {
  const { live, items } = await openFeed();
  live.receive(
    message('picture.ready', { ownerId: 'julia', pictureId: 'c', picture: picture('c') }),
  );
  live.receive(changed(picture('a', { caption: 'ferns' })));
  expect(items().map(({ id, caption }) => `${id} ${caption ?? ''}`.trim())).toEqual([
    'c',
    'b old',
    'a ferns',
  ]);
  live.receive(message('picture.removed', { ownerId: 'julia', pictureId: 'a' }));
  expect(items().map(({ id }) => id)).toEqual(['c', 'b']);
});

it('a message about an own picture fetches it if a visible detail changed', async () => {
  const { live, items, getPicture, own } = await openFeed();
  const { original: _, ...visible } = own;
  live.receive(changed(visible));
  expect(getPicture).not.toHaveBeenCalled();
  live.receive(changed({ ...visible, caption: 'new' }));
  await vi.waitFor(() =>
    expect(items().find(({ id }) => id === 'b')).toMatchObject({
      caption: 'new',
      original: { url: 'original' },
    }),
  );
});

it('a change of a friendship reloads the lists, and the old pictures stay until then', async () => {
  const { live, library, feed, items } = await openFeed();
  live.receive(friendRemoved());
  expect(items()).toHaveLength(2);
  feed.mockResolvedValueOnce({ items: [], cursor: null });
  await library.open('feed');
  expect(items()).toHaveLength(0);
});

it('a stopped synchronisation ignores messages and expires no lists later', async () => {
  vi.useFakeTimers();
  const { live, library, items, stop } = await openFeed();
  live.receive(friendRemoved());
  expect(library.expirations).toBe(1);
  stop();
  live.receive(changed(picture('c')));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([items().length, library.expirations]).toEqual([2, 1]);
});

it('the images of a former friend are forgotten', async () => {
  const { live, stop } = await openFeed();
  live.receive(friendRemoved());
  expect(forgetImages).toHaveBeenCalledWith('julia');
  stop();
});
