import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';

/** Milliseconds before the first look, the longest wait between two, and after how long a person is told that it is slow. */
const FIRST = 250;
const LONGEST = 10_000;
const GROWTH = 1.4;
const SLOW_AFTER = 45_000;
const GIVE_UP_AFTER = 15 * 60_000;
/** Milliseconds between two looks where what happens is told: only in case that a message is lost. */
const WHEN_TOLD = 4_000;

export interface Follow {
  read: () => Promise<Picture>;
  onSlow: () => void;
  signal: AbortSignal;
  /** Waits so long, or until there is news. */
  sleep?: (ms: number) => Promise<void>;
  /** Whether news are told at this moment. */
  told?: () => boolean;
}

/**
 * Asks after a picture until it is `ready` or `failed`, ever more seldom. A lost connection only costs time; `removed` if it
 * was deleted meanwhile, `unfinished` if it took too long or nobody waits any more.
 */
export async function follow({
  read,
  onSlow,
  signal,
  sleep = pause,
  told = () => false,
}: Follow): Promise<Picture | 'removed' | 'unfinished'> {
  let waited = 0;
  for (
    let wait = FIRST;
    !signal.aborted && waited < GIVE_UP_AFTER;
    wait = Math.min(LONGEST, wait * GROWTH)
  ) {
    const now = told() ? Math.max(wait, WHEN_TOLD) : wait;
    await sleep(now);
    if (signal.aborted) break;
    if (waited < SLOW_AFTER && waited + now >= SLOW_AFTER) onSlow();
    waited += now;
    try {
      const picture = await read();
      if (signal.aborted) break;
      if (picture.state === 'ready' || picture.state === 'failed') return picture;
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof ApiError && error.code === 404) return 'removed';
    }
  }
  return 'unfinished';
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
