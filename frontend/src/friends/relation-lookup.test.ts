import { expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { Person } from '../api/types';
import { t } from '../texts';
import { RelationLookup } from './relation-lookup.svelte';

const person = (id: string): Person => ({ id, handle: id, firstName: id, lastName: '' });

/** Creates a lookup in which only the relation to `a` is known. */
function createLookup() {
  const get = vi.fn(({ id }: Pick<Person, 'id'>) => (id === 'a' ? null : undefined));
  const lookUp = vi.fn(async (_people: readonly Pick<Person, 'id'>[], _signal?: AbortSignal) => {});
  return { lookup: new RelationLookup({ get, lookUp }, 'me'), lookUp };
}

it('only unknown relations to other people are read', async () => {
  const { lookup, lookUp } = createLookup();
  await lookup.start([person('me'), person('a')]);
  expect(lookUp).not.toHaveBeenCalled();
  await lookup.start([person('me'), person('a'), person('b')]);
  expect(lookUp.mock.calls[0]?.[0]).toEqual([person('b')]);
});

it('a lookup runs until its reply arrives', async () => {
  const { lookup, lookUp } = createLookup();
  let reply: () => void = () => undefined;
  lookUp.mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  const running = lookup.start([person('b')]);
  expect(lookup.isRunning).toBe(true);
  reply();
  await running;
  expect([lookup.isRunning, lookup.error]).toEqual([false, null]);
});

it('a failed lookup shows its error and can be retried', async () => {
  const { lookup, lookUp } = createLookup();
  lookUp.mockRejectedValueOnce(new NetworkError(null));
  await lookup.start([person('b')]);
  expect([lookup.isRunning, lookup.error]).toEqual([false, t.errors.network]);
  await lookup.retry();
  expect(lookup.error).toBeNull();
  expect(lookUp.mock.calls[1]?.[0]).toEqual([person('b')]);
});

it('a new lookup aborts the previous one and ignores its error', async () => {
  const { lookup, lookUp } = createLookup();
  let fail: (error: Error) => void = () => undefined;
  lookUp.mockReturnValueOnce(new Promise((_resolve, reject) => (fail = reject)));
  const first = lookup.start([person('b')]);
  await lookup.start([person('c')]);
  expect(lookUp.mock.calls[0]?.[1]?.aborted).toBe(true);
  fail(new NetworkError(null));
  await first;
  expect(lookup.error).toBeNull();
});
