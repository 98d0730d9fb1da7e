import type { UploadEvent } from '../list/reducer';
import type { InterruptionCause } from '../list/state';
import { abortable } from '../scheduling/abortable';
import type { Answer } from '../scheduling/answer';
import type { PauseSwitch } from '../scheduling/pause-switch';
import type { SendQueue } from '../scheduling/send-queue';
import { StalledError, withStallTimeout } from '../scheduling/stall-timeout';
import type { WakeableTimers } from '../scheduling/wakeable-timers';
import { chooseErrorAction, MAX_RETRIES, retryDelayMs } from './error-action';
import type { Registration } from './registration';
import type { MultipartState, sendFile } from './send';

/** Milliseconds without progress after which a connection counts as lost. */
const STALL_TIMEOUT_MS = 60_000;
/** Milliseconds after which the API's reply about the outcome of an attempt counts as lost. */
const OUTCOME_TIMEOUT_MS = 30_000;

export interface TransferOptions {
  registration: Registration;
  multipart: MultipartState;
  sendFile: typeof sendFile;
  /** Aborts when the upload is cancelled. */
  signal: AbortSignal;
  /** Paused by the person. */
  personPause: PauseSwitch;
  /** Paused while the browser is offline. */
  offlinePause: PauseSwitch;
  /** Receives the decision to retry a failed transfer. */
  answer: Answer;
  queue: SendQueue;
  /** The file's serial number. Of the waiting files, the lowest is sent first. */
  order: number;
  timers: WakeableTimers;
  /** Returns `true` while calls of the API wait for a new sign-in. */
  mustSignInAgain: () => boolean;
  dispatch: (event: UploadEvent) => void;
}

type AttemptResult =
  | { kind: 'arrived' }
  | { kind: 'retry'; cause: InterruptionCause; reason: string }
  | { kind: 'fail'; reason: string; retry: boolean };

/** An error that ends an upload. `message` is a sentence for the person. */
export class UploadError extends Error {}

/**
 * Sends a file, and resolves when its bytes have arrived in S3. Continues after pauses, lost
 * connections and errors of a busy server. Throws an `UploadError` if no retry can succeed.
 */
export async function transferFile(file: Blob, options: TransferOptions): Promise<void> {
  const { signal, personPause, offlinePause, answer, queue, order, dispatch } = options;
  const attempts = new AttemptCounter();
  for (;;) {
    await personPause.untilResumed(signal);
    await offlinePause.untilResumed(signal);
    dispatch({ type: 'continued' });
    const interruption = AbortSignal.any([signal, personPause.signal, offlinePause.signal]);
    const attempt = () => attemptTransfer(file, options, interruption, attempts);
    const result = await queue.run(order, interruption, attempt).catch((error: unknown) => {
      if (!interruption.aborted) throw error;
      return null;
    });
    signal.throwIfAborted();
    if (result?.kind === 'arrived') return;
    if (!result || interruption.aborted) continue;
    if (result.kind === 'fail' && !result.retry) throw new UploadError(result.reason);
    if (result.kind === 'retry' && attempts.countFailure()) {
      dispatch({ type: 'interrupted', cause: result.cause });
      await waitForRetry(attempts.count, options);
    } else {
      dispatch({ type: 'failed', reason: result.reason, retry: true });
      await answer.wait(signal);
      attempts.reset();
    }
  }
}

/** Counts the failed attempts since the last new byte. */
class AttemptCounter {
  count = 0;
  #maxProgress = 0;

  /** Counts a failed attempt. Returns `true` if a retry is allowed. */
  countFailure(): boolean {
    this.count += 1;
    return this.count <= MAX_RETRIES;
  }

  reset(): void {
    this.count = 0;
  }

  recordProgress(progress: number): void {
    if (progress > this.#maxProgress) this.reset();
    this.#maxProgress = Math.max(this.#maxProgress, progress);
  }
}

/** Waits before a retry. A pause by the person or a new connection ends the wait early. */
async function waitForRetry(
  attempt: number,
  { timers, order, signal, personPause }: TransferOptions,
): Promise<void> {
  const ended = AbortSignal.any([signal, personPause.signal]);
  await timers.sleep(`retry of ${order}`, retryDelayMs(attempt), ended);
}

async function attemptTransfer(
  file: Blob,
  options: TransferOptions,
  interruption: AbortSignal,
  attempts: AttemptCounter,
): Promise<AttemptResult> {
  options.dispatch({ type: 'started' });
  try {
    await sendOnce(file, options, interruption, attempts);
    return { kind: 'arrived' };
  } catch (error) {
    interruption.throwIfAborted();
    if (error instanceof StalledError) options.registration.abandonPending();
    return resolveError(error, options, interruption);
  }
}

function sendOnce(
  file: Blob,
  { registration, multipart, sendFile, mustSignInAgain, dispatch }: TransferOptions,
  interruption: AbortSignal,
  attempts: AttemptCounter,
): Promise<void> {
  return withStallTimeout(STALL_TIMEOUT_MS, mustSignInAgain, async (stalled, restartTimeout) => {
    const signal = AbortSignal.any([interruption, stalled]);
    await abortable(registration.getPicture(), signal);
    await sendFile(file, {
      presignFile: () => abortable(registration.presignFile(), signal),
      presignStep: (step) => abortable(registration.presignStep(step), signal),
      multipart,
      signal,
      onProgress: (progress) => {
        restartTimeout();
        attempts.recordProgress(progress);
        dispatch({ type: 'progress', progress });
      },
    });
  });
}

async function resolveError(
  error: unknown,
  options: TransferOptions,
  interruption: AbortSignal,
): Promise<AttemptResult> {
  const action = chooseErrorAction(error);
  return action.kind === 'checkOutcome' ? checkOutcome(action, options, interruption) : action;
}

/**
 * Reads whether the bytes arrived. If not, makes the next attempt use a new presigned request, and
 * new parts if S3 rejects the old ones or the picture was deleted.
 */
async function checkOutcome(
  { reason, restart }: { reason: string; restart: boolean },
  { registration, multipart, mustSignInAgain }: TransferOptions,
  interruption: AbortSignal,
): Promise<AttemptResult> {
  const outcome = await withStallTimeout(OUTCOME_TIMEOUT_MS, mustSignInAgain, (stalled) =>
    abortable(registration.readOutcome(), AbortSignal.any([interruption, stalled])),
  ).catch(() => null);
  interruption.throwIfAborted();
  if (outcome === null) return { kind: 'retry', cause: 'connection', reason };
  if (outcome === 'arrived') return { kind: 'arrived' };
  if (restart || outcome === 'deleted') multipart.uploadId = null;
  if (outcome === 'deleted') registration.forget();
  else registration.expire();
  return { kind: 'retry', cause: 'busy', reason };
}
