import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SendQueue } from './send-queue';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

it('runs a limited number of jobs at a time, in order, and continues after a failure', async () => {
  const queue = new SendQueue(2);
  const started: number[] = [];
  let running = 0;
  let maxRunning = 0;
  const work = (n: number) => async () => {
    started.push(n);
    running += 1;
    maxRunning = Math.max(maxRunning, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (n === 1) throw new Error('no');
    return n;
  };
  const all = Promise.allSettled([0, 1, 2, 3, 4].map((n) => queue.run(n, never, work(n))));
  await vi.runAllTimersAsync();
  const results = await all;
  expect(started).toEqual([0, 1, 2, 3, 4]);
  expect(maxRunning).toBe(2);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  const last = queue.run(5, never, work(5));
  await vi.runAllTimersAsync();
  expect(await last).toBe(5);
});

it('the waiting job with the lowest order starts first', async () => {
  const queue = new SendQueue(1);
  const started: number[] = [];
  const work = (n: number) => async () => {
    started.push(n);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  for (const n of [3, 2, 1]) void queue.run(n, never, work(n));
  await vi.runAllTimersAsync();
  expect(started).toEqual([1, 2, 3]);
});

it('an aborted job leaves the queue without running', async () => {
  const queue = new SendQueue(1);
  const abort = new AbortController();
  const work = vi.fn(async () => undefined);
  const first = queue.run(1, never, () => new Promise((resolve) => setTimeout(resolve, 5)));
  await vi.advanceTimersByTimeAsync(1);
  const second = queue.run(2, abort.signal, work).catch((reason: unknown) => reason);
  const third = queue.run(3, never, async () => 'third');
  abort.abort('paused');
  expect(await second).toBe('paused');
  await vi.runAllTimersAsync();
  await first;
  expect(await third).toBe('third');
  expect(work).not.toHaveBeenCalled();
});
