import { expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { Page, Picture } from '../api/types';
import { t } from '../texts';
import { PictureList } from './picture-list.svelte';

const picture = (id: string, change: Partial<Picture> = {}) =>
  ({ id, state: 'ready', visibility: 'public', ...change }) as Picture;
const page = (ids: string, cursor: string | null = null): Page => ({
  items: [...ids].map((id) => picture(id)),
  cursor,
});
const ids = (list: PictureList) => list.items.map(({ id }) => id).join('');

function createList(...pages: Page[]) {
  const fetchPage = vi.fn(async (_: string | null, _isShort: boolean) => pages.shift() ?? page(''));
  return {
    fetchPage,
    list: new PictureList(fetchPage, ({ visibility }) => visibility === 'public'),
  };
}

it('a list loads page after page until the last one', async () => {
  const { list, fetchPage } = createList(page('fed', 'next'), page('cb'));
  await list.open();
  expect([ids(list), list.isComplete]).toEqual(['fed', false]);
  await list.loadMore();
  await list.loadMore();
  expect([ids(list), list.isComplete]).toEqual(['fedcb', true]);
  // Only the first page is short, so that it arrives sooner.
  expect(fetchPage.mock.calls).toEqual([
    [null, true],
    ['next', false],
  ]);
});

it('a list contains each picture once when pages overlap', async () => {
  const { list } = createList(page('cb', 'next'), page('ba'));
  await list.open();
  await list.loadMore();
  expect(ids(list)).toBe('cba');
});

it('a list skips empty pages', async () => {
  const { list } = createList(page('', 'a'), page('', 'b'), page('x'));
  await list.open();
  expect(ids(list)).toBe('x');
});

it('put inserts a picture by its time and replaces a known one', async () => {
  const { list } = createList(page('fd', 'next'));
  await list.open();
  list.put(picture('g'));
  list.put(picture('e'));
  list.put(picture('a')); // older than all loaded pictures, so a later page contains it
  list.put(picture('d', { caption: 'new' }));
  expect(ids(list)).toBe('gfed');
  expect(list.items.at(-1)!.caption).toBe('new');
});

it('put removes a picture that no longer belongs to the list', async () => {
  const { list } = createList(page('ba'));
  await list.open();
  list.put(picture('b', { visibility: 'private' }));
  expect(ids(list)).toBe('a');
});

it('a picture put during a request stays in the list', async () => {
  const { list } = createList(page('ba'));
  const opening = list.open();
  list.put(picture('c'));
  await opening;
  expect(ids(list)).toBe('cba');
});

it('a failed list has an error message and can be loaded again', async () => {
  const { list, fetchPage } = createList(page('a'));
  fetchPage.mockRejectedValueOnce(new NetworkError(null));
  await list.open();
  expect([list.status, list.error]).toEqual(['failed', t.errors.network]);
  await list.loadMore();
  expect([list.status, ids(list)]).toEqual(['ready', 'a']);
});

it('a reload reaches to the scroll position, and the old pictures stay until it ends', async () => {
  const { list, fetchPage } = createList(page('zyx', '1'), page('wvu', '2'), page('tsr', '3'));
  await list.open();
  await list.loadMore();
  await list.loadMore();
  list.scrollPosition = { id: 'w', top: 0, lastId: 'v' };
  list.expire();
  const replies = [page('~zy', '1'), page('xwv', '2')];
  fetchPage.mockImplementation(async () => replies.shift()!);
  const opening = list.open();
  list.remove('y'); // during the request
  expect([list.status, ids(list)]).toEqual(['ready', 'zxwvutsr']);
  await opening;
  expect([ids(list), list.isComplete]).toEqual(['~zxwv', false]);
});

it('a reload at the top loads one full page', async () => {
  const { list, fetchPage } = createList(page('fed', 'next'), page('cba'), page('gfedcba'));
  await list.open();
  await list.loadMore();
  list.expire();
  await list.open();
  expect(ids(list)).toBe('gfedcba');
  expect(fetchPage.mock.lastCall).toEqual([null, false]);
});

it('a failed reload keeps the pictures, and the next opening tries again', async () => {
  const { list, fetchPage } = createList(page('ba'));
  await list.open();
  list.expire();
  fetchPage.mockRejectedValueOnce(new NetworkError(null));
  await list.open();
  expect([list.status, ids(list)]).toEqual(['ready', 'ba']);
  fetchPage.mockResolvedValueOnce(page('c'));
  await list.open();
  expect(ids(list)).toBe('c');
});

it('put keeps the details for the owner', async () => {
  const { list } = createList(page('b'));
  await list.open();
  list.put(picture('b', { original: { url: 'o' } }));
  list.put(picture('b', { caption: 'new' }));
  expect(list.items[0]).toMatchObject({ caption: 'new', original: { url: 'o' } });
});

it('a change of ten thousand pictures takes less than 2 ms', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => picture(String(99_999 - i)));
  const list = new PictureList(
    async () => ({ items: many, cursor: 'next' }),
    () => true,
  );
  await list.open();
  // Processor time excludes other processes. It is in microseconds.
  const start = process.cpuUsage();
  for (let i = 0; i < 100; i += 1) list.put(picture(String(95_000 + i), { caption: 'new' }));
  for (let i = 0; i < 100; i += 1) list.remove(String(94_000 + i));
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 200_000).toBeLessThan(2);
});

/** Returns a picture whose URL contains the number of the read. */
const readPicture = (id: string, read: number) =>
  picture(id, {
    renditions: { small: { url: `${id} ${read}` }, large: { url: `large ${id} ${read}` } },
  } as Partial<Picture>);
const urlsOf = (list: PictureList) => list.items.map((item) => item.renditions!.small.url);

it('renewed URLs come from the pages of the list that contain the pictures', async () => {
  let reads = 0;
  const pages: Record<string, [string, string | null]> = {
    first: ['hg', 'second'],
    second: ['fe', 'third'],
    third: ['dc', null],
  };
  const fetchPage = vi.fn(async (cursor: string | null): Promise<Page> => {
    reads += 1;
    const [ids, next] = pages[cursor ?? 'first']!;
    return { items: [...ids].map((id) => readPicture(id, reads)), cursor: next };
  });
  const list = new PictureList(fetchPage, () => true);
  await list.open();
  await list.loadMore();
  await list.loadMore();
  list.put({ ...list.items[2]!, caption: 'changed' });
  fetchPage.mockClear();

  const old = urlsOf(list);
  const replaced = [2, 3].map((i) => list.urls.replace(list.items[i]!.id, old[i]!));
  expect(await Promise.all(replaced)).toEqual([true, true]);
  expect(fetchPage.mock.calls).toEqual([['second', false]]);
  expect(urlsOf(list)).toEqual(['h 1', 'g 1', 'f 4', 'e 4', 'd 3', 'c 3']);
  expect(list.items[2]!.caption).toBe('changed');

  // A new picture has moved a picture to the next page.
  pages.second = ['gf', 'third'];
  pages.third = ['ed', null];
  fetchPage.mockClear();
  expect(await list.urls.replace('e', 'e 4')).toBe(true);
  expect(fetchPage.mock.calls).toEqual([
    ['second', false],
    ['third', false],
  ]);
  expect(urlsOf(list)).toEqual(['h 1', 'g 5', 'f 5', 'e 6', 'd 6', 'c 3']);

  pages.third = ['', null];
  expect(await list.urls.replace('c', 'c 3')).toBe(false);
});
