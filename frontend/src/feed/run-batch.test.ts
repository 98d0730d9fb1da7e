import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runBatch } from './run-batch';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a batch processes all items, four at a time, and returns the failed ones', async () => {
  let running = 0;
  let maxRunning = 0;
  const progress: number[] = [];
  const work = async (n: number) => {
    running += 1;
    maxRunning = Math.max(maxRunning, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (n % 5 === 0) throw new Error(String(n));
  };
  const batch = runBatch(
    Array.from({ length: 14 }, (_, i) => i + 1),
    work,
    { onProgress: (finishedCount) => progress.push(finishedCount) },
  );
  await vi.runAllTimersAsync();
  const { failed } = await batch;
  expect(failed.map(({ item }) => item)).toEqual([5, 10]);
  expect(maxRunning).toBe(4);
  expect(progress).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
});

it('a batch with enough concurrency starts all calls synchronously', () => {
  let started = 0;
  const neverEnd = () => {
    started += 1;
    return new Promise(() => undefined);
  };
  void runBatch([1, 2, 3, 4, 5, 6, 7], neverEnd, { concurrency: 7 });
  expect(started).toBe(7);
});
