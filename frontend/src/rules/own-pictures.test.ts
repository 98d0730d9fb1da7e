// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';
import { picture } from '../albums/test-api';
import type { Api } from '../api/albumen';
import { ApiError, NetworkError } from '../api/errors';
import type { Picture } from '../api/types';
import { Library } from '../feed/library.svelte';
import { OwnPictures } from './own-pictures.svelte';
import { PREVIEW_PICTURES } from './preview.svelte';

const numbered = (number: number, details: Partial<Picture> = {}) => ({
  ...picture(String(1000 - number)),
  ...details,
});

/** Creates the pictures of a member with pages of 20 and 60, as the API returns them. */
function setup(pictures: readonly Picture[], getPicture = vi.fn<Api['getPicture']>()) {
  const picturesOf = vi.fn(async (_: string, cursor: string | null, isShort?: boolean) => {
    const start = Number(cursor ?? 0);
    const end = start + (isShort ? 20 : 60);
    return {
      items: pictures.slice(start, end),
      cursor: end < pictures.length ? String(end) : null,
    };
  });
  const api = { picturesOf, getPicture } as unknown as Api;
  return { own: new OwnPictures(new Library(api, 'me'), api), picturesOf, getPicture };
}

it('loads the pictures of the preview, without those that are not ready', async () => {
  const pictures = Array.from({ length: 200 }, (_, i) => numbered(i));
  pictures[3] = numbered(3, { state: 'processing' });
  const { own, picturesOf } = setup(pictures);
  await own.load();
  expect(picturesOf).toHaveBeenCalledTimes(2);
  expect(own.ready.length).toBeGreaterThanOrEqual(PREVIEW_PICTURES);
  expect(own.ready.some(({ state }) => state !== 'ready')).toBe(false);
});

it('reads older pictures of examples, and distinguishes gone from unreachable', async () => {
  const getPicture = vi.fn<Api['getPicture']>(async (_, id) => {
    if (id === 'gone') throw new ApiError(404, 'There is no such picture.');
    if (id === 'unreachable') throw new NetworkError('lost');
    return picture(id);
  });
  const { own } = setup([numbered(1)], getPicture);
  await own.load();
  await own.loadEach(['999', 'older', 'gone', 'unreachable']);
  expect(getPicture.mock.calls.map(([, id]) => id)).toEqual(['older', 'gone', 'unreachable']);
  expect(['999', 'older'].map((id) => own.find(id)?.id)).toEqual(['999', 'older']);
  expect([own.find('gone'), own.find('unreachable')]).toEqual([null, undefined]);
});

it('reads pictures again, and notices that one is gone', async () => {
  const isGone = new Set<string>();
  const getPicture = vi.fn<Api['getPicture']>(async (_, id) => {
    if (isGone.has(id)) throw new ApiError(404, 'There is no such picture.');
    return picture(id);
  });
  const { own } = setup([numbered(1)], getPicture);
  await own.load();
  await own.loadEach(['older']);
  isGone.add('999').add('older');
  await own.readAgain(['999', 'older', 'other']);
  expect(['999', 'older'].map((id) => own.find(id))).toEqual([null, null]);
  expect(own.find('other')?.id).toBe('other');
});
