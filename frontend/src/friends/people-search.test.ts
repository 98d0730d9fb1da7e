import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Page, Person } from '../api/types';
import { t } from '../texts';
import { PeopleSearch, SLOW_AFTER_MS, TYPING_PAUSE_MS } from './people-search.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const person = (id: string): Person => ({ id, handle: id, firstName: id, lastName: '' });
const page = (ids: string, cursor: string | null = null): Page<Person> => ({
  items: [...ids].map(person),
  cursor,
});
const notFound = new ApiError(404, 'There is no such user.');

function createSearch() {
  const findUser = vi.fn<(handle: string, signal?: AbortSignal) => Promise<Person>>();
  const findPeople =
    vi.fn<(name: string, cursor: string | null, signal?: AbortSignal) => Promise<Page<Person>>>();
  findUser.mockRejectedValue(notFound);
  findPeople.mockResolvedValue(page(''));
  const search = new PeopleSearch({ findUser, findPeople });
  return { search, findUser, findPeople };
}

const idsOf = ({ people }: PeopleSearch) => people?.map(({ id }) => id).join('');

async function submit(search: PeopleSearch, text: string) {
  search.setText(text);
  await search.submit();
}

it('a search lists the exact handle first, then people by name, without duplicates', async () => {
  const { search, findUser, findPeople } = createSearch();
  findUser.mockResolvedValue(person('c'));
  findPeople.mockResolvedValue(page('abc', 'next'));
  await submit(search, ' @anna ');
  expect([idsOf(search), search.cursor]).toEqual(['cab', 'next']);
  expect(findUser.mock.calls[0]?.[0]).toBe('anna');
  expect(findPeople.mock.calls[0]?.slice(0, 2)).toEqual(['anna', null]);
});

it('a text with spaces is searched by name only', async () => {
  const { search, findUser, findPeople } = createSearch();
  findPeople.mockResolvedValue(page('a'));
  await submit(search, 'Anna   At');
  expect(findUser).not.toHaveBeenCalled();
  expect(findPeople.mock.calls[0]?.[0]).toBe('Anna At');
});

it('a search without results lists nobody and has no error', async () => {
  const { search } = createSearch();
  await submit(search, 'nobody');
  expect([search.people, search.error]).toEqual([[], null]);
});

it('a single letter is too short, a single Chinese character is not', async () => {
  const { search, findUser, findPeople } = createSearch();
  await submit(search, 'a');
  expect([search.isTooShort, search.people]).toEqual([true, null]);
  expect([findUser, findPeople].map((mock) => mock.mock.calls.length)).toEqual([0, 0]);
  await submit(search, '林');
  expect([search.isTooShort, search.people]).toEqual([false, []]);
  expect(findPeople).toHaveBeenCalledTimes(1);
});

it.each(['김', 'जी'])('one syllable of two letters is long enough: %s', async (text) => {
  const { search, findPeople } = createSearch();
  await submit(search, text);
  expect(search.isTooShort).toBe(false);
  expect(findPeople.mock.calls[0]?.[0]).toBe(text);
});

it('two apostrophes are too short', async () => {
  const { search, findPeople } = createSearch();
  await submit(search, 'ʻʼ');
  expect(search.isTooShort).toBe(true);
  expect(findPeople).not.toHaveBeenCalled();
});

it('typing starts one search after a pause', async () => {
  const { search, findPeople } = createSearch();
  for (const text of ['a', 'an', 'ann', 'anna']) {
    search.setText(text);
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1);
  }
  expect(findPeople).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(findPeople.mock.calls.map(([name]) => name)).toEqual(['anna']);
});

it('submitting searches at once and only once', async () => {
  const { search, findPeople } = createSearch();
  await submit(search, 'anna');
  await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS);
  expect(findPeople).toHaveBeenCalledTimes(1);
});

it('typing aborts the running search, and its late reply is ignored', async () => {
  const { search, findPeople } = createSearch();
  let reply: (page: Page<Person>) => void = () => undefined;
  findPeople.mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  const first = submit(search, 'anna');
  const signal = findPeople.mock.calls[0]?.[2];
  findPeople.mockResolvedValueOnce(page('j'));
  search.setText('julia');
  expect(signal?.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS);
  expect(idsOf(search)).toBe('j');
  reply(page('a'));
  await first;
  expect([idsOf(search), search.error]).toEqual(['j', null]);
});

it('an aborted search shows no error', async () => {
  const { search, findPeople } = createSearch();
  findPeople.mockImplementationOnce(
    (_name, _cursor, signal) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  );
  const searching = submit(search, 'anna');
  search.stop();
  await searching;
  expect(search.error).toBeNull();
});

it('clearing the text clears the list', async () => {
  const { search, findPeople } = createSearch();
  findPeople.mockResolvedValue(page('a'));
  await submit(search, 'anna');
  search.setText('');
  expect(search.people).toBeNull();
});

it('a failed search shows its error and can be retried', async () => {
  const { search, findPeople } = createSearch();
  findPeople.mockRejectedValueOnce(new ApiError(429, null)).mockResolvedValueOnce(page('a'));
  await submit(search, 'anna');
  expect([search.people, search.error]).toEqual([null, t.errors.slowDown]);
  await search.retry();
  expect([idsOf(search), search.error]).toEqual(['a', null]);
});

it('loadMore adds the next page without duplicates', async () => {
  const { search, findPeople } = createSearch();
  findPeople.mockResolvedValueOnce(page('ab', '1')).mockResolvedValueOnce(page('bc'));
  await submit(search, 'anna');
  await search.loadMore();
  expect([idsOf(search), search.cursor]).toEqual(['abc', null]);
  expect(findPeople.mock.calls[1]?.slice(0, 2)).toEqual(['anna', '1']);
});

it('a failed loadMore keeps the list and can be retried', async () => {
  const { search, findPeople } = createSearch();
  findPeople
    .mockResolvedValueOnce(page('a', '1'))
    .mockRejectedValueOnce(new NetworkError(null))
    .mockResolvedValueOnce(page('b'));
  await submit(search, 'anna');
  await search.loadMore();
  expect([idsOf(search), search.cursor, search.error]).toEqual(['a', '1', t.errors.network]);
  await search.retry();
  expect([idsOf(search), search.cursor, search.error]).toEqual(['ab', null, null]);
});

it('empty pages are skipped', async () => {
  const { search, findPeople } = createSearch();
  findPeople.mockResolvedValueOnce(page('', '1')).mockResolvedValueOnce(page('a'));
  await submit(search, 'anna');
  expect([idsOf(search), search.cursor]).toEqual(['a', null]);
});

it('a search is slow after a while, until it ends', async () => {
  const { search, findPeople } = createSearch();
  let reply: (page: Page<Person>) => void = () => undefined;
  findPeople.mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  const searching = submit(search, 'anna');
  await vi.advanceTimersByTimeAsync(SLOW_AFTER_MS - 1);
  expect(search.isSlow).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(search.isSlow).toBe(true);
  reply(page('a'));
  await searching;
  expect(search.isSlow).toBe(false);
});
