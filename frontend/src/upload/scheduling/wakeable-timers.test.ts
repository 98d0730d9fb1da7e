import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WakeableTimers } from './wakeable-timers';

const LONG = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('wake ends only the timer of its key', async () => {
  const timers = new WakeableTimers();
  const other = vi.fn();
  void timers.sleep('b', LONG).then(other);
  const waiting = timers.sleep('a', LONG);
  timers.wake('a');
  await waiting;
  await vi.advanceTimersByTimeAsync(LONG - 1);
  expect(other).not.toHaveBeenCalled();
  timers.wakeAll();
  await vi.advanceTimersByTimeAsync(0);
  expect(other).toHaveBeenCalled();
});

it('wake before sleep ends the next timer at once, unless the key is forgotten', async () => {
  const timers = new WakeableTimers();
  timers.wake('a');
  await timers.sleep('a', LONG);
  timers.wake('a');
  timers.forget('a');
  const over = vi.fn();
  void timers.sleep('a', LONG).then(over);
  await vi.advanceTimersByTimeAsync(LONG - 1);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalled();
});

it('an abort ends the timer', async () => {
  const timers = new WakeableTimers();
  const abort = new AbortController();
  const waiting = timers.sleep('a', LONG, abort.signal);
  abort.abort();
  await waiting;
  await timers.sleep('a', LONG, abort.signal);
});
