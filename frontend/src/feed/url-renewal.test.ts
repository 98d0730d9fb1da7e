import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UrlRenewal } from './url-renewal';

let urls: Map<string, string>;
const renew = vi.fn(async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
  for (const id of ids) urls.set(id, `new ${id}`);
  return new Set(ids);
});
let renewal: UrlRenewal;

beforeEach(() => {
  vi.useFakeTimers();
  renew.mockClear();
  urls = new Map(['a', 'b', 'c'].map((id) => [id, `old ${id}`]));
  renewal = new UrlRenewal(renew, (id) => urls.get(id));
});
afterEach(() => vi.useRealTimers());

const replace = (...ids: string[]) =>
  Promise.all(ids.map((id) => renewal.replace(id, `old ${id}`)));

it('pictures that need new URLs at the same time share one renewal', async () => {
  const replaced = replace('a', 'b', 'c');
  await vi.runAllTimersAsync();
  expect(await replaced).toEqual([true, true, true]);
  expect(renew.mock.calls).toEqual([[['a', 'b', 'c']]]);
});

it('a picture that a running renewal contains needs no other renewal', async () => {
  let finish!: () => void;
  renew.mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    for (const id of ['a', 'b']) urls.set(id, `new ${id}`);
    return new Set(['a', 'b']);
  });
  const first = replace('a');
  await vi.runAllTimersAsync();
  const second = replace('b');
  await vi.runAllTimersAsync();
  expect(renew).toHaveBeenCalledTimes(1);
  finish();
  await vi.runAllTimersAsync();
  expect([await first, await second]).toEqual([[true], [true]]);
  expect(renew).toHaveBeenCalledTimes(1);
});

it('a picture that is no longer in the list is reported', async () => {
  renew.mockResolvedValueOnce(new Set(['a']));
  const replaced = replace('a', 'b');
  await vi.runAllTimersAsync();
  expect(await replaced).toEqual([true, false]);
});

it('the next renewal starts after one that failed', async () => {
  renew.mockRejectedValueOnce(new Error('offline'));
  const first = expect(replace('a')).rejects.toThrow('offline');
  await vi.runAllTimersAsync();
  await first;
  const second = replace('a');
  await vi.runAllTimersAsync();
  expect(await second).toEqual([true]);
});
