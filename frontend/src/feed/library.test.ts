import { afterEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { Library } from './library.svelte';

const picture = (id: string, owner = 'anna') =>
  ({
    id,
    state: 'ready',
    visibility: 'public',
    owner: { id: owner },
    original: { url: 'original' },
  }) as Picture;

const api = {
  publicPictures: async () => ({ items: [picture('b')], cursor: null }),
} as unknown as Api;

async function openLibrary(userId: string) {
  const library = new Library(api, userId);
  await library.open('public');
  return library;
}

const idsOf = (library: Library) =>
  library
    .list('public')
    .items.map(({ id }) => id)
    .join('');

/** Starts to read a picture. `reply` completes the request. */
function startRead(library: Library, id: string) {
  let reply!: () => void;
  const request = new Promise<Picture>((resolve) => {
    reply = () => resolve(picture(id));
  });
  return { read: library.read(id, () => request), reply };
}

afterEach(() => vi.useRealTimers());

it('read puts the picture into the lists', async () => {
  const library = await openLibrary('anna');
  const { read, reply } = startRead(library, 'c');
  reply();
  expect(await read).toMatchObject({ id: 'c' });
  expect(idsOf(library)).toBe('cb');
});

it('read returns null for a picture that was removed or hidden meanwhile', async () => {
  const library = await openLibrary('anna');
  const remove = () => library.remove('b');
  const hideAndRemove = () => {
    library.hide([picture('b')]);
    library.remove('b');
  };
  for (const takeOut of [remove, hideAndRemove]) {
    library.put(picture('b'));
    const { read, reply } = startRead(library, 'b');
    takeOut();
    reply();
    expect([await read, idsOf(library)]).toEqual([null, '']);
  }
});

it('restore puts hidden pictures back, in their latest version', async () => {
  const library = await openLibrary('anna');
  library.hide([picture('b')]);
  library.put({ ...picture('b'), caption: 'new' });
  expect(idsOf(library)).toBe('');
  expect(library.find('b')).toMatchObject({ caption: 'new' });
  library.restore(['b', 'x']);
  expect(library.list('public').items).toMatchObject([{ id: 'b', caption: 'new' }]);
});

it('a disposed library is empty and ignores late replies', async () => {
  const library = await openLibrary('anna');
  const { read, reply } = startRead(library, 'c');
  library.dispose();
  reply();
  expect(await read).toBeNull();
  library.put(picture('d'));
  await library.open('public');
  expect([idsOf(library), library.find('b')]).toEqual(['', undefined]);
});

it('a library ignores pictures with the original of another member', async () => {
  const library = await openLibrary('bela');
  library.put(picture('d'));
  expect(idsOf(library)).toBe('b');
});

it('lists loaded long before the live connection opens become stale', async () => {
  vi.useFakeTimers();
  const library = await openLibrary('anna');
  vi.advanceTimersByTime(4_000);
  library.expireOldLists();
  expect(library.expirations).toBe(0);
  vi.advanceTimersByTime(4_000);
  library.expireOldLists();
  expect(library.expirations).toBe(1);
});

it('reports each picture that was removed, also one that no list has', async () => {
  const onRemove = vi.fn();
  const library = new Library(api, 'anna', { onRemove });
  await library.open('public');
  library.remove('b');
  library.remove('z');
  expect(onRemove.mock.calls).toEqual([['b'], ['z']]);
});
