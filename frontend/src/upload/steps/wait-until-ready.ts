import { ApiError } from '../../api/errors';
import type { Picture } from '../../api/types';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
const DELAY_GROWTH = 1.4;
/** Milliseconds between two reads while live messages arrive. They only replace lost messages. */
const LIVE_DELAY_MS = 4_000;
const SLOW_AFTER_MS = 45_000;
const GIVE_UP_AFTER_MS = 15 * 60_000;
/** Milliseconds between two series of reads of a picture that takes very long. */
const VERY_SLOW_PAUSE_MS = 30 * 60_000;

export interface WaitOptions {
  /** Reads the picture. */
  read: () => Promise<Picture>;
  onSlow?: () => void;
  signal: AbortSignal;
  /** Waits for `ms` milliseconds, or less if there is news of the picture. */
  sleep?: (ms: number) => Promise<void>;
  /** Returns `true` while the live connection is open. */
  isLive?: () => boolean;
}

/**
 * Polls a picture with growing intervals until it is `ready` or `failed`. Ignores lost connections.
 * Returns `removed` if the picture was deleted, and `unfinished` after 15 minutes or an abort.
 */
export async function waitUntilReady({
  read,
  onSlow,
  signal,
  sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  isLive = () => false,
}: WaitOptions): Promise<Picture | 'removed' | 'unfinished'> {
  let delay = FIRST_DELAY_MS;
  let waited = 0;
  while (!signal.aborted && waited < GIVE_UP_AFTER_MS) {
    const ms = isLive() ? Math.max(delay, LIVE_DELAY_MS) : delay;
    await sleep(ms);
    if (signal.aborted) break;
    if (waited < SLOW_AFTER_MS && waited + ms >= SLOW_AFTER_MS) onSlow?.();
    waited += ms;
    delay = Math.min(MAX_DELAY_MS, delay * DELAY_GROWTH);
    const result = await readResult(read);
    if (signal.aborted) break;
    if (result) return result;
  }
  return 'unfinished';
}

/** Returns `null` if the picture is not ready or could not be read. */
async function readResult(read: () => Promise<Picture>): Promise<Picture | 'removed' | null> {
  try {
    const picture = await read();
    return picture.state === 'ready' || picture.state === 'failed' ? picture : null;
  } catch (error) {
    return error instanceof ApiError && error.code === 404 ? 'removed' : null;
  }
}

/**
 * Repeats `waitUntilReady`, with pauses, until the picture is `ready`, `failed` or deleted.
 * Throws if `signal` aborts.
 */
export async function waitUntilProcessed(
  options: WaitOptions & Required<Pick<WaitOptions, 'sleep'>> & { onVerySlow: () => void },
): Promise<Picture | 'removed'> {
  for (;;) {
    const result = await waitUntilReady(options);
    options.signal.throwIfAborted();
    if (result !== 'unfinished') return result;
    options.onVerySlow();
    await options.sleep(VERY_SLOW_PAUSE_MS);
  }
}
