import { expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import type { Session } from '../auth/session.svelte';
import type { LiveMessage, Picture } from '../api/types';
import type { Config } from '../config';
import { Live } from '../live/live.svelte';
import { keepInStep } from './in-step';
import { Library } from './library.svelte';

const picture = (id: string, change: Partial<Picture> = {}) =>
  ({ id, state: 'ready', visibility: 'friends', owner: { id: 'julia' }, ...change }) as Picture;
let serial = 0;
const told = (type: string, rest: object) =>
  ({
    type,
    id: String(serial++),
    at: new Date(1e12 + serial * 1000).toISOString(),
    ...rest,
  }) as LiveMessage;
const changed = (about: Picture) =>
  told('picture.changed', { ownerId: about.owner.id, pictureId: about.id, picture: about });

async function page() {
  const own = picture('b', {
    owner: { id: 'anna' },
    original: { url: 'original' },
    caption: 'old',
  });
  const getPicture = vi.fn(async (_: string, id: string) =>
    picture(id, { owner: { id: 'anna' }, original: { url: 'original' }, caption: 'new' }),
  );
  const feed = vi.fn(async () => ({ items: [own, picture('a')], cursor: null }));
  const api = { getPicture, feed } as unknown as Api;
  const live = new Live({} as Config, async () => null);
  const library = new Library(api);
  library.belongTo('anna');
  keepInStep({ api, library, live, session: { person: { id: 'anna' } } as Session });
  await library.open('feed');
  return { live, library, feed, getPicture, own, items: () => library.list('feed').items };
}

it('puts in what friends show, changes it, and takes it out', async () => {
  const { live, items } = await page();
  live.receive(told('picture.ready', { ownerId: 'julia', pictureId: 'c', picture: picture('c') }));
  live.receive(changed(picture('a', { caption: 'ferns' })));
  expect(items().map(({ id, caption }) => `${id} ${caption ?? ''}`.trim())).toEqual([
    'c',
    'b old',
    'a ferns',
  ]);
  live.receive(told('picture.removed', { ownerId: 'julia', pictureId: 'a' }));
  expect(items().map(({ id }) => id)).toEqual(['c', 'b']);
});

it('reads one’s own anew, as a stranger is told less, and only where there is news', async () => {
  const { live, items, getPicture, own } = await page();
  live.receive(changed({ ...own, original: null }));
  expect(getPicture).not.toHaveBeenCalled();
  live.receive(changed({ ...own, original: null, caption: 'new' }));
  await vi.waitFor(() =>
    expect(items().find(({ id }) => id === 'b')).toMatchObject({
      caption: 'new',
      original: { url: 'original' },
    }),
  );
});

it('reads again after a friendship or a gap, and shows the old until then', async () => {
  const { live, library, feed, items } = await page();
  live.receive(told('friend.removed', { user: { id: 'julia' }, state: null }));
  expect(items()).toHaveLength(2);
  feed.mockResolvedValueOnce({ items: [], cursor: null });
  await library.open('feed');
  expect(items()).toHaveLength(0);
});
