import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RefusedPictures } from '../api/album-types';
import type { Api } from '../api/albumen';
import { NetworkError } from '../api/errors';
import type { Call } from '../api/client';
import type { Picture } from '../api/types';
import { album } from '../albums/test-api';
import { t } from '../texts';
import { albumTexts } from '../texts/albums';
import { UNDO_TOAST_MS, toasts } from '../ui/toasts.svelte';
import { canRemove, type AlbumOfList } from './album-of-list';
import { Library } from './library.svelte';
import { removeFromAlbum } from './remove-from-album';

const picture = (id: string, owner = 'julia') =>
  ({ id, state: 'ready', visibility: 'private', owner: { id: owner } }) as Picture;
const words = albumTexts.take;

/** Opens an album with the pictures `dcba`. `send` replaces the request that removes pictures. */
async function openAlbum(
  send: (body: unknown) => Promise<RefusedPictures> = async () => ({ refused: [] }),
) {
  const requests: unknown[] = [];
  const api = {
    picturesIn: vi.fn(async () => ({
      items: [...'dcba'].map((id) => picture(id)),
      cursor: null,
    })),
    prepare:
      (path: string, { body }: Call) =>
      () => {
        requests.push([path, body]);
        return send(body);
      },
  } as unknown as Api;
  const library = new Library(api, 'anna');
  await library.open('a/oslo');
  const ofList: AlbumOfList = {
    album: album(),
    canRemoveAll: true,
    canChooseCover: true,
    emptyNotice: { title: '', text: '' },
    onchange: vi.fn(),
  };
  const list = library.album('oslo');
  const remove = (ids: string) =>
    removeFromAlbum(
      { api, library },
      ofList,
      [...ids].map((id) => picture(id)),
    );
  const ids = () => list.items.map(({ id }) => id).join('');
  return { ids, library, list, ofList, remove, requests };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  toasts.flush();
  vi.useRealTimers();
});

it('pictures disappear at once and are removed when the time to undo is over', async () => {
  const { ids, list, ofList, remove, requests } = await openAlbum();
  remove('ca');
  expect([ids(), requests.length, toasts.items.at(-1)?.text]).toEqual(['db', 0, words.done(2)]);
  // A reload does not bring them back, because the API still has them.
  list.expire();
  await list.open();
  expect(ids()).toBe('db');
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  const keys = ['c', 'a'].map((pictureId) => ({ ownerId: 'julia', pictureId }));
  expect(requests).toEqual([['/albums/oslo/pictures', { remove: keys }]]);
  expect(ofList.onchange).toHaveBeenCalledExactlyOnceWith();
  expect(ids()).toBe('db');
});

it('undo puts them back in their places and sends nothing', async () => {
  const { ids, remove, requests } = await openAlbum();
  remove('cb');
  toasts.items.at(-1)!.undo!();
  expect(ids()).toBe('dcba');
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect(requests).toEqual([]);
});

it('a refused picture returns, and another attempt removes it', async () => {
  let reason: string | null = 'Not now.';
  const { ids, ofList, remove, requests } = await openAlbum(async () => ({
    refused: reason === null ? [] : [{ ownerId: 'julia', pictureId: 'b', reason }],
  }));
  remove('cb');
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect(ids()).toBe('dba');
  expect(ofList.onchange).toHaveBeenCalledOnce();
  const toast = toasts.items.at(-1)!;
  expect(toast.text).toBe(words.refused(1, 2, 'Not now.'));
  expect(toast.action!.label).toBe(t.words.retry);
  reason = null;
  toast.action!.run();
  expect(ids()).toBe('da');
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect([ids(), requests.length]).toEqual(['da', 2]);
});

it('all pictures return if the connection is lost', async () => {
  const { ids, ofList, remove } = await openAlbum(() => Promise.reject(new NetworkError(null)));
  remove('d');
  await vi.advanceTimersByTimeAsync(UNDO_TOAST_MS);
  expect(ids()).toBe('dcba');
  expect(toasts.items.at(-1)!.text).toBe(words.refused(1, 1, t.errors.network));
  expect(ofList.onchange).not.toHaveBeenCalled();
});

it('the requests are sent at once when the page closes', async () => {
  const { remove, requests } = await openAlbum();
  remove('d');
  toasts.flush();
  expect(requests.length).toBe(1);
});

it('curators remove all pictures, others their own, and nobody those of a smart album', () => {
  const of = (canRemoveAll: boolean, shown = album()) =>
    ({ album: shown, canRemoveAll }) as AlbumOfList;
  const own = picture('a', 'anna');
  const others = picture('b', 'julia');
  expect(canRemove(of(true), others, 'anna')).toBe(true);
  expect(canRemove(of(false), others, 'anna')).toBe(false);
  expect(canRemove(of(false), own, 'anna')).toBe(true);
  expect(canRemove(of(true, album({ rule: 'True' })), own, 'anna')).toBe(false);
  expect(canRemove(of(false), own, null)).toBe(false);
});
