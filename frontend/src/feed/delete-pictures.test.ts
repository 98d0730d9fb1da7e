import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import { forgetImages } from '../shell/kept-images';
import { UNDO_TOAST_MS, toasts } from '../ui/toasts.svelte';
import { deletePictures } from './delete-pictures';
import { Library } from './library.svelte';

vi.mock('../shell/kept-images', () => ({ forgetImages: vi.fn() }));

const picture = (id: string) =>
  ({ id, state: 'ready', visibility: 'public', owner: { id: 'anna' } }) as Picture;

async function openAlbum(deletePicture: (id: string) => Promise<unknown>) {
  const api = {
    publicPictures: async () => ({ items: [...'cba'].map(picture), cursor: null }),
    prepareDelete: (_: string, id: string) => () => deletePicture(id),
  } as unknown as Api;
  const library = new Library(api, 'anna');
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
afterEach(() => {
  toasts.flush();
  vi.useRealTimers();
});

it('pictures disappear at once and are deleted when the time to undo is over', async () => {
  const deletePicture = vi.fn(async (_: string) => null);
  const { api, library, ids } = await openAlbum(deletePicture);
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  expect([ids(), deletePicture.mock.calls.length]).toEqual(['b', 0]);
  library.put(picture('c')); // a live message does not bring it back
  expect(ids()).toBe('b');
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect(deletePicture.mock.calls.flat()).toEqual(['c', 'a']);
  expect(ids()).toBe('b');
});

it('undo restores the pictures and deletes none', async () => {
  const deletePicture = vi.fn(async (_: string) => null);
  const { api, library, ids } = await openAlbum(deletePicture);
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  toasts.items.at(-1)!.undo!();
  expect(ids()).toBe('cba');
  toasts.flush();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(deletePicture).not.toHaveBeenCalled();
});

it('all requests are sent at once when the page closes', async () => {
  const deletePicture = vi.fn(() => new Promise<null>(() => undefined));
  const { api, library } = await openAlbum(deletePicture);
  deletePictures({ api, library }, [...'cbazyxwv'].map(picture));
  toasts.flush();
  expect(deletePicture).toHaveBeenCalledTimes(8);
});

it('a picture that could not be deleted is restored, with a message', async () => {
  const { api, library, ids } = await openAlbum(async (id) => {
    if (id === 'a') throw new ApiError(429, 'Slow down.');
    return null;
  });
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect(ids()).toBe('ba');
  expect(toasts.items.at(-1)!.text).toContain('Slow down.');
});

it('a picture that was already deleted counts as deleted', async () => {
  const { api, library, ids } = await openAlbum(async () => {
    throw new ApiError(404, 'There is no such picture.');
  });
  const toastCount = toasts.items.length;
  deletePictures({ api, library }, [picture('c')]);
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect([ids(), toasts.items.length]).toEqual(['ba', toastCount]);
});

it('the images of deleted pictures are forgotten, and those that remain are not', async () => {
  const { api, library } = await openAlbum(async (id) => {
    if (id === 'a') throw new ApiError(500, null);
  });
  deletePictures({ api, library }, [picture('c'), picture('a')]);
  vi.mocked(forgetImages).mockClear();
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect(vi.mocked(forgetImages).mock.calls).toEqual([['c']]);
});
