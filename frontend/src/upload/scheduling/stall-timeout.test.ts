import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { abortable } from './abortable';
import { StalledError, withStallTimeout } from './stall-timeout';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Starts work without an end, and returns the mock that receives its error. */
function start(isSuspended: () => boolean, work: (onProgress: () => void) => void = () => {}) {
  const onError = vi.fn();
  withStallTimeout(1000, isSuspended, (signal, onProgress) => {
    work(onProgress);
    return abortable(new Promise(() => undefined), signal);
  }).catch(onError);
  return onError;
}

it('work is aborted after the given time without progress', async () => {
  const onError = start(
    () => false,
    (onProgress) => setTimeout(onProgress, 600),
  );
  await vi.advanceTimersByTimeAsync(1599);
  expect(onError).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(onError).toHaveBeenCalledWith(expect.any(StalledError));
});

it('work has at least the given time after a suspension', async () => {
  let isSuspended = true;
  const onError = start(() => isSuspended);
  await vi.advanceTimersByTimeAsync(10_999);
  isSuspended = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(onError).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(onError).toHaveBeenCalledWith(expect.any(StalledError));
});
