import type { UploadEvent } from '../list/reducer';
import type { InterruptionCause } from '../list/state';
import { abortable } from '../scheduling/abortable';
import type { Answer } from '../scheduling/answer';
import type { PauseSwitch } from '../scheduling/pause-switch';
import type { SendQueue } from '../scheduling/send-queue';
import { withStallTimeout } from '../scheduling/stall-timeout';
import type { WakeableTimers } from '../scheduling/wakeable-timers';
import { chooseErrorAction, MAX_ATTEMPTS, retryDelayMs } from './error-action';
import type { Registration } from './registration';
import type { MultipartState, sendFile } from './send';

/** Milliseconds without progress after which a connection counts as lost. */
const STALL_TIMEOUT_MS = 60_000;

export interface TransferOptions {
  registration: Registration;
  multipart: MultipartState;
  sendFile: typeof sendFile;
  /** Aborts when the upload is cancelled. */
  signal: AbortSignal;
  /** Paused by the person. */
  pause: PauseSwitch;
  /** Paused while the browser is offline. */
  offline: PauseSwitch;
  /** Receives the decision to retry a failed transfer. */
  answer: Answer;
  queue: SendQueue;
  /** Position in the queue. */
  order: number;
  timers: WakeableTimers;
  dispatch: (event: UploadEvent) => void;
}

type AttemptResult =
  | { kind: 'stored' }
  | { kind: 'retry'; cause: InterruptionCause; reason: string }
  | { kind: 'fail'; reason: string; retry: boolean };

/** An error that ends an upload. `message` is a sentence for the person. */
export class UploadError extends Error {}

/** Sends a file until S3 has it. Waits through pauses, lost connections and a busy server. */
export async function transferFile(file: Blob, options: TransferOptions): Promise<void> {
  const { signal, pause, offline, answer, queue, order, dispatch } = options;
  const attempts = new AttemptCounter();
  for (;;) {
    await pause.untilResumed(signal);
    await offline.untilResumed(signal);
    dispatch({ type: 'reconnected' });
    const interruption = AbortSignal.any([signal, pause.signal, offline.signal]);
    const attempt = () => attemptTransfer(file, options, interruption, attempts);
    const result = await queue.run(order, interruption, attempt).catch((error: unknown) => {
      if (!interruption.aborted) throw error;
      return null;
    });
    signal.throwIfAborted();
    if (result?.kind === 'stored') return;
    if (!result || interruption.aborted) continue;
    if (result.kind === 'fail' && !result.retry) throw new UploadError(result.reason);
    if (result.kind === 'retry' && attempts.add()) {
      dispatch({ type: 'interrupted', cause: result.cause });
      await waitForRetry(attempts.count, options);
    } else {
      dispatch({ type: 'failed', reason: result.reason, retry: true });
      await answer.wait(signal);
      attempts.reset();
    }
  }
}

/** Counts the attempts in a row that send no further byte. */
class AttemptCounter {
  count = 0;
  #maxProgress = 0;

  /** Returns `true` if another attempt is allowed. */
  add(): boolean {
    this.count += 1;
    return this.count <= MAX_ATTEMPTS;
  }

  reset(): void {
    this.count = 0;
  }

  recordProgress(progress: number): void {
    if (progress > this.#maxProgress) this.reset();
    this.#maxProgress = Math.max(this.#maxProgress, progress);
  }
}

/** Waits some seconds. A pause and a new connection end the wait. */
async function waitForRetry(
  attempt: number,
  { timers, order, signal, pause }: TransferOptions,
): Promise<void> {
  const ended = AbortSignal.any([signal, pause.signal]);
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
    await registerAndSend(file, options, interruption, attempts);
    return { kind: 'stored' };
  } catch (error) {
    interruption.throwIfAborted();
    return resolveError(error, options);
  }
}

function registerAndSend(
  file: Blob,
  { registration, multipart, sendFile, dispatch }: TransferOptions,
  interruption: AbortSignal,
  attempts: AttemptCounter,
): Promise<void> {
  return withStallTimeout(STALL_TIMEOUT_MS, async (stalled, restartTimeout) => {
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

async function resolveError(error: unknown, options: TransferOptions): Promise<AttemptResult> {
  const action = chooseErrorAction(error);
  if (action.kind === 'finish') return { kind: 'stored' };
  if (action.kind !== 'checkOutcome') return action;
  return checkOutcome(action, options);
}

/** Drops what the API or S3 no longer accept, so that the next attempt starts over. */
async function checkOutcome(
  { reason, restart }: { reason: string; restart: boolean },
  { registration, multipart, signal }: TransferOptions,
): Promise<AttemptResult> {
  const reading = registration.readOutcome().catch(() => null);
  const outcome = await abortable(reading, signal);
  if (outcome === null) return { kind: 'retry', cause: 'connection', reason };
  if (outcome === 'arrived') return { kind: 'stored' };
  if (restart || outcome === 'deleted') multipart.uploadId = null;
  if (outcome === 'deleted') registration.forget();
  else registration.expire();
  return { kind: 'retry', cause: 'busy', reason };
}
