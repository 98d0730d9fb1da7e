import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onAll } from './batch';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('does all, a few at a time, and says what failed', async () => {
  let [now, most] = [0, 0];
  const progress: number[] = [];
  const work = async (n: number) => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setTimeout(resolve, 1));
    now -= 1;
    if (n % 5 === 0) throw new Error(String(n));
  };
  const all = onAll(
    Array.from({ length: 14 }, (_, i) => i + 1),
    work,
    { onProgress: (done) => progress.push(done) },
  );
  await vi.runAllTimersAsync();
  const { failed } = await all;
  expect(failed.map(({ item }) => item)).toEqual([5, 10]);
  expect(most).toBe(4);
  expect(progress).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
});

it('begins all before the first is over where there is no time', () => {
  let begun = 0;
  void onAll([1, 2, 3, 4, 5, 6, 7], () => new Promise(() => (begun += 1)), { atOnce: 7 });
  expect(begun).toBe(7);
});
