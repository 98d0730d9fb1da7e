import { expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { Page, Picture } from '../api/types';
import { t } from '../texts';
import { Collection } from './collection.svelte';

const picture = (id: string, change: Partial<Picture> = {}) =>
  ({ id, state: 'ready', visibility: 'public', ...change }) as Picture;
const page = (ids: string, cursor: string | null = null): Page => ({
  items: [...ids].map((id) => picture(id)),
  cursor,
});
const ids = (list: Collection) => list.items.map(({ id }) => id).join('');

function collection(...pages: Page[]) {
  const fetchPage = vi.fn(async (_: string | null, _few: boolean) => pages.shift() ?? page(''));
  return {
    fetchPage,
    list: new Collection(fetchPage, ({ visibility }) => visibility === 'public'),
  };
}

it('reads page after page until the end', async () => {
  const { list, fetchPage } = collection(page('fed', 'next'), page('cb'));
  await list.open();
  expect([ids(list), list.complete]).toEqual(['fed', false]);
  await list.more();
  await list.more();
  expect([ids(list), list.complete]).toEqual(['fedcb', true]);
  // What a person waits for comes sooner alone.
  expect(fetchPage.mock.calls).toEqual([
    [null, true],
    ['next', false],
  ]);
});

it('shows no picture twice when pages overlap', async () => {
  const { list } = collection(page('cb', 'next'), page('ba'));
  await list.open();
  await list.more();
  expect(ids(list)).toBe('cba');
});

it('reads on through pages on which nothing may be seen', async () => {
  const { list } = collection(page('', 'a'), page('', 'b'), page('x'));
  await list.open();
  expect(ids(list)).toBe('x');
});

it('puts what is new where its time says, and changes what is there', async () => {
  const { list } = collection(page('fd', 'next'));
  await list.open();
  list.put(picture('g'));
  list.put(picture('e'));
  list.put(picture('a')); // older than what was read: comes with its page
  list.put(picture('d', { caption: 'new' }));
  expect(ids(list)).toBe('gfed');
  expect(list.items.at(-1)!.caption).toBe('new');
});

it('lets go of what no longer belongs', async () => {
  const { list } = collection(page('ba'));
  await list.open();
  list.put(picture('b', { visibility: 'private' }));
  expect(ids(list)).toBe('a');
});

it('keeps what arrives while a page is under way', async () => {
  const { list } = collection(page('ba'));
  const reading = list.open();
  list.put(picture('c'));
  await reading;
  expect(ids(list)).toBe('cba');
});

it('says what went wrong and can be tried again', async () => {
  const { list, fetchPage } = collection(page('a'));
  fetchPage.mockRejectedValueOnce(new NetworkError(null));
  await list.open();
  expect([list.status, list.error]).toEqual(['failed', t.errors.network]);
  await list.more();
  expect([list.status, ids(list)]).toEqual(['ready', 'a']);
});

it('reads anew as far as the reader is, and keeps what they look at until then', async () => {
  const { list, fetchPage } = collection(page('zyx', '1'), page('wvu', '2'), page('tsr', '3'));
  await list.open();
  await list.more();
  await list.more();
  list.place = { id: 'w', top: 0, last: 'v' };
  list.expire();
  const answers = [page('~zy', '1'), page('xwv', '2')];
  fetchPage.mockImplementation(async () => answers.shift()!);
  const reading = list.open();
  list.remove('y'); // told while it is being read
  expect([list.status, ids(list)]).toEqual(['ready', 'zxwvutsr']);
  await reading;
  expect([ids(list), list.complete]).toEqual(['~zxwv', false]);
});

it('reads anew more than a screen at the top, where nobody has moved', async () => {
  const { list, fetchPage } = collection(page('fed', 'next'), page('cba'), page('gfedcba'));
  await list.open();
  await list.more();
  list.expire();
  await list.open();
  expect(ids(list)).toBe('gfedcba');
  expect(fetchPage.mock.lastCall).toEqual([null, false]);
});

it('keeps what is there when it can not be read anew, and tries at the next occasion', async () => {
  const { list, fetchPage } = collection(page('ba'));
  await list.open();
  list.expire();
  fetchPage.mockRejectedValueOnce(new NetworkError(null));
  await list.open();
  expect([list.status, ids(list)]).toEqual(['ready', 'ba']);
  fetchPage.mockResolvedValueOnce(page('c'));
  await list.open();
  expect(ids(list)).toBe('c');
});

it('keeps what only the owner is told', async () => {
  const { list } = collection(page('b'));
  await list.open();
  list.put(picture('b', { original: { url: 'o' } }));
  list.put(picture('b', { caption: 'new' }));
  expect(list.items[0]).toMatchObject({ caption: 'new', original: { url: 'o' } });
});

it('takes little time with ten thousand', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => picture(String(99_999 - i)));
  const list = new Collection(
    async () => ({ items: many, cursor: 'next' }),
    () => true,
  );
  await list.open();
  const begun = process.cpuUsage();
  for (let i = 0; i < 100; i += 1) list.put(picture(String(95_000 + i), { caption: 'new' }));
  for (let i = 0; i < 100; i += 1) list.remove(String(94_000 + i));
  const { user, system } = process.cpuUsage(begun); // microseconds; the clock would measure what else runs
  expect((user + system) / 200_000).toBeLessThan(2);
});
