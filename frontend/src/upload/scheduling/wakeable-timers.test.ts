import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Sleepers } from './sleepers';

const LONG = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('ends the sleep of the one that is woken, and only that', async () => {
  const sleepers = new Sleepers();
  const other = vi.fn();
  void sleepers.sleep('b', LONG).then(other);
  const waiting = sleepers.sleep('a', LONG);
  sleepers.wake('a');
  await waiting;
  await vi.advanceTimersByTimeAsync(LONG - 1);
  expect(other).not.toHaveBeenCalled();
  sleepers.wakeAll();
  await vi.advanceTimersByTimeAsync(0);
  expect(other).toHaveBeenCalled();
});

it('remembers whom nobody waited for yet, once', async () => {
  const sleepers = new Sleepers();
  sleepers.wake('a');
  await sleepers.sleep('a', LONG);
  sleepers.wake('a');
  sleepers.forget('a');
  const over = vi.fn();
  void sleepers.sleep('a', LONG).then(over);
  await vi.advanceTimersByTimeAsync(LONG - 1);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalled();
});
