import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import { STAYS_WITH_UNDO, toasts } from '../ui/toasts.svelte';
import { deletePictures } from './deleting';
import { Library } from './library.svelte';

const picture = (id: string) =>
  ({ id, state: 'ready', visibility: 'public', owner: { id: 'anna' } }) as Picture;

async function album(deletes: (id: string) => Promise<unknown>) {
  const api = {
    publicPictures: async () => ({ items: [...'cba'].map(picture), cursor: null }),
    prepareDelete: (_: string, id: string) => () => deletes(id),
  } as unknown as Api;
  const library = new Library(api);
  await library.open('public');
  return {
    api,
    library,
    ids: () =>
      library
        .list('public')
        .items.map(({ id }) => id)
        .join(''),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => (toasts.flush(), vi.useRealTimers()));

it('takes them off at once, and deletes them when nobody takes it back', async () => {
  const deletes = vi.fn(async (_: string) => null);
  const { api, library, ids } = await album(deletes);
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  expect([ids(), deletes.mock.calls.length]).toEqual(['b', 0]);
  library.put(picture('c')); // what is told of it meanwhile does not bring it back
  expect(ids()).toBe('b');
  await vi.advanceTimersByTimeAsync(STAYS_WITH_UNDO);
  expect(deletes.mock.calls.flat()).toEqual(['c', 'a']);
  expect(ids()).toBe('b');
});

it('deletes nothing that was taken back', async () => {
  const deletes = vi.fn(async (_: string) => null);
  const { api, library, ids } = await album(deletes);
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  toasts.items.at(-1)!.undo!();
  expect(ids()).toBe('cba');
  toasts.flush();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deletes).not.toHaveBeenCalled();
});

it('sends all in the same moment when the page is left', async () => {
  const deletes = vi.fn(() => new Promise<null>(() => undefined));
  const { api, library } = await album(deletes);
  deletePictures({ api, library }, [...'cbazyxwv'].map(picture));
  toasts.flush();
  expect(deletes).toHaveBeenCalledTimes(8);
});

it('brings back what could not be deleted, and says so', async () => {
  const { api, library, ids } = await album(async (id) => {
    if (id === 'a') throw new ApiError(429, 'Slow down.');
    return null;
  });
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  await vi.advanceTimersByTimeAsync(STAYS_WITH_UNDO);
  expect(ids()).toBe('ba');
  expect(toasts.items.at(-1)!.text).toContain('Slow down.');
});

it('takes what is gone already for deleted', async () => {
  const { api, library, ids } = await album(async () => {
    throw new ApiError(404, 'There is no such picture.');
  });
  const before = toasts.items.length;
  deletePictures({ api, library }, [picture('c')]);
  await vi.advanceTimersByTimeAsync(STAYS_WITH_UNDO);
  expect([ids(), toasts.items.length]).toEqual(['ba', before]);
});
