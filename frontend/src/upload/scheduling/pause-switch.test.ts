import { expect, it, vi } from 'vitest';
import { PauseSwitch } from './pause-switch';

const never = new AbortController().signal;

it('work waits while the switch is paused', async () => {
  const pause = new PauseSwitch();
  await pause.untilResumed(never);
  pause.pause();
  const resumed = vi.fn();
  const waiting = pause.untilResumed(never).then(resumed);
  await Promise.resolve();
  expect(resumed).not.toHaveBeenCalled();
  pause.resume();
  await waiting;
  expect(pause.isPaused).toBe(false);
});

it('the signal aborts at the pause, and is new after the resumption', () => {
  const pause = new PauseSwitch();
  const { signal } = pause;
  pause.pause();
  expect(signal.aborted).toBe(true);
  pause.resume();
  expect(pause.signal.aborted).toBe(false);
});

it('an abort ends the wait', async () => {
  const pause = new PauseSwitch();
  const abort = new AbortController();
  pause.pause();
  const waiting = pause.untilResumed(abort.signal);
  abort.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
});
