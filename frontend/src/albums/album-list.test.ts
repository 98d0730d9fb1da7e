import { expect, it, vi } from 'vitest';
import type { Album } from '../api/album-types';
import { NetworkError } from '../api/errors';
import type { Page } from '../api/types';
import { t } from '../texts';
import { AlbumList } from './album-list.svelte';

function createList(pages: string[]) {
  const albums = vi.fn(async (cursor: string | null): Promise<Page<Album>> => {
    const number = Number(cursor ?? 0);
    const items = [...pages[number]!].map((id) => ({ id }) as Album);
    return { items, cursor: number + 1 < pages.length ? String(number + 1) : null };
  });
  return { list: new AlbumList({ albums }), albums };
}

const idsOf = ({ items }: AlbumList) => items?.map(({ id }) => id).join('');

it('reads as many pages again as before', async () => {
  const { list, albums } = createList(['ab', 'bc', 'd']);
  await list.load();
  await list.loadMore();
  expect([idsOf(list), list.cursor]).toEqual(['abc', '2']);
  albums.mockClear();
  await list.load();
  expect([idsOf(list), albums.mock.calls.flat()]).toEqual(['abc', [null, '1']]);
});

it('reads once more after a read during which it was to be read again', async () => {
  const { list, albums } = createList(['a']);
  await Promise.all([list.load(), list.load(), list.load()]);
  await vi.waitFor(() => expect(albums).toHaveBeenCalledTimes(2));
  expect(list.isLoading).toBe(false);
});

it('keeps its albums after a failure', async () => {
  const { list, albums } = createList(['a']);
  await list.load();
  albums.mockRejectedValueOnce(new NetworkError(null));
  await list.load();
  expect([idsOf(list), list.error]).toEqual(['a', t.errors.network]);
});
