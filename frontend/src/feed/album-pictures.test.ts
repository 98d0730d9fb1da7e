import { expect, it, vi } from 'vitest';
import type { AlbumOrder } from '../api/album-types';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import { AlbumPictures } from './album-pictures.svelte';

const picture = (id: string, details: Partial<Picture> = {}) =>
  ({ id, state: 'ready', owner: { id: 'anna' }, ...details }) as Picture;

/** Creates the list of an album with these pages. A page is a string of one-letter ids. */
function createList(pages: Record<AlbumOrder, readonly string[]>) {
  const fetchPage = vi.fn(async (order: AlbumOrder, cursor: string | null) => {
    const number = Number(cursor ?? 0);
    const items = [...(pages[order][number] ?? '')].map((id) => picture(id));
    return { items, cursor: number + 1 < pages[order].length ? String(number + 1) : null };
  });
  const list = new AlbumPictures((order) => (cursor) => fetchPage(order, cursor));
  return { list, fetchPage };
}

const idsOf = ({ items }: AlbumPictures) => items.map(({ id }) => id).join('');

it('keeps the order of the API over several pages, without duplicates', async () => {
  const { list } = createList({ added: ['bca', 'ad'], taken: [] });
  await list.open();
  expect([idsOf(list), list.isComplete, list.status]).toEqual(['bca', false, 'ready']);
  await list.loadMore();
  expect([idsOf(list), list.isComplete]).toEqual(['bcad', true]);
});

it('reads on if a page is empty', async () => {
  const { list } = createList({ added: ['', '', 'a'], taken: [] });
  await list.open();
  expect([idsOf(list), list.isComplete]).toEqual(['a', true]);
});

it('lists the pictures in another order, also while a page is read', async () => {
  const { list } = createList({ added: ['ba'], taken: ['ab'] });
  await Promise.all([list.open(), list.setOrder('taken')]);
  expect([idsOf(list), list.order, list.status]).toEqual(['ab', 'taken', 'ready']);
});

it('replaces and removes pictures, and inserts none', async () => {
  const { list } = createList({ added: ['bca'], taken: [] });
  await list.open();
  list.put(picture('z'));
  list.put(picture('c', { caption: 'Fern' }));
  list.remove('b');
  expect([idsOf(list), list.items[0]!.caption]).toEqual(['ca', 'Fern']);
});

it('applies changes that happen during a read', async () => {
  const { list } = createList({ added: ['bca'], taken: [] });
  await list.open();
  list.expire();
  const reload = list.open();
  list.put(picture('c', { caption: 'Fern' }));
  list.remove('b');
  await reload;
  expect([idsOf(list), list.items[0]!.caption]).toEqual(['ca', 'Fern']);
});

it('reloads a stale list down to the reader', async () => {
  const { list, fetchPage } = createList({ added: ['ab', 'cd', 'ef'], taken: [] });
  await list.open();
  await list.loadMore();
  await list.loadMore();
  list.scrollPosition = { id: 'b', top: 0, lastId: 'd' };
  list.expire();
  fetchPage.mockClear();
  await list.open();
  expect([idsOf(list), fetchPage.mock.calls.length]).toEqual(['abcd', 2]);
});

it('keeps its pictures if a reload fails, and reports a failed first page', async () => {
  const { list, fetchPage } = createList({ added: ['a'], taken: [] });
  fetchPage.mockRejectedValueOnce(new ApiError(404, 'Gone.'));
  await list.open();
  expect([list.status, list.error]).toEqual(['failed', 'Gone.']);
  await list.loadMore();
  expect([list.status, idsOf(list)]).toEqual(['ready', 'a']);
  list.expire();
  fetchPage.mockRejectedValueOnce(new ApiError(404, 'Gone.'));
  await list.open();
  expect([list.status, idsOf(list)]).toEqual(['ready', 'a']);
});

it('renews only URLs, with one request for the pictures of a page', async () => {
  const { list, fetchPage } = createList({ added: ['bca', 'd'], taken: [] });
  await list.open();
  fetchPage.mockClear();
  const [b, a] = await Promise.all([list.urls.replace('b', 'old'), list.urls.replace('a', 'old')]);
  expect([b, a, fetchPage.mock.calls.length]).toEqual([true, true, 1]);
});
