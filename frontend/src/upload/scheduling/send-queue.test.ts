import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lane } from './lane';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs so many at a time, in order, and goes on after a failure', async () => {
  const run = lane(2);
  const begun: number[] = [];
  let [now, most] = [0, 0];
  const work = (n: number) => async () => {
    begun.push(n);
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setTimeout(resolve, 1));
    now -= 1;
    if (n === 1) throw new Error('no');
    return n;
  };
  const all = Promise.allSettled([0, 1, 2, 3, 4].map((n) => run(work(n))));
  await vi.runAllTimersAsync();
  const results = await all;
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  const last = run(work(5));
  await vi.runAllTimersAsync();
  expect(await last).toBe(5);
});
