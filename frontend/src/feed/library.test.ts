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

async function album() {
  const library = new Library({
    publicPictures: async () => ({ items: [picture('b')], cursor: null }),
  } as unknown as Api);
  library.belongTo('anna');
  await library.open('public');
  return {
    library,
    ids: () =>
      library
        .list('public')
        .items.map(({ id }) => id)
        .join(''),
  };
}

afterEach(() => vi.useRealTimers());

/** A read whose reply comes when it is told to. */
function reading(library: Library, id: string) {
  let reply!: () => void;
  const read = library.read(
    id,
    () => new Promise((resolve) => (reply = () => resolve(picture(id)))),
  );
  return { read, reply: () => reply() };
}

it('puts in what was read', async () => {
  const { library, ids } = await album();
  const { read, reply } = reading(library, 'c');
  reply();
  expect(await read).toMatchObject({ id: 'c' });
  expect(ids()).toBe('cb');
});

it('puts in nothing that is gone by then', async () => {
  const { library, ids } = await album();
  for (const lose of [
    () => library.remove('b'),
    () => (library.takeAway([picture('b')]), library.remove('b')),
  ]) {
    library.put(picture('b'));
    const { read, reply } = reading(library, 'b');
    lose();
    reply();
    expect([await read, ids()]).toEqual([null, '']);
  }
});

it('puts nothing of one person before another', async () => {
  const { library, ids } = await album();
  const { read, reply } = reading(library, 'c');
  library.belongTo('bela');
  await library.open('public');
  reply();
  expect(await read).toBeNull();
  library.put(picture('d')); // any other reply for Anna that comes late
  expect(ids()).toBe('b');
});

it('reads anew what was read long before changes are told', async () => {
  vi.useFakeTimers();
  const { library } = await album();
  vi.advanceTimersByTime(4_000);
  library.connected();
  expect(library.expired).toBe(0);
  vi.advanceTimersByTime(4_000);
  library.connected();
  expect(library.expired).toBe(1);
});
