/** What all uploads amount to: the line above the list, and the bar. */
import {
  canPause,
  canResume,
  canRetry,
  canWord,
  isDone,
  isUnsent,
  progressOf,
  type UploadState,
} from './state';

interface Counted {
  state: UploadState;
  file: { size: number };
  unsaved?: string | null;
}

export interface Totals {
  /** How many there are, without those that failed or wait for an answer. */
  all: number;
  ready: number;
  failed: number;
  duplicates: number;
  /** Bytes, of those in `all`. */
  bytes: number;
  sentBytes: number;
  /** From 0 to 100; 100 only when every byte has arrived. */
  percent: number;
  sending: number;
  /** Not all sent yet. */
  unsent: number;
  processing: number;
  interrupted: number;
  /** Can go off the list. */
  finished: number;
  canPause: number;
  canResume: number;
  canRetry: number;
  canWord: number;
}

/** Whether it can go off the list without being missed. */
export const canClear = ({ state, unsaved }: Pick<Counted, 'state' | 'unsaved'>) =>
  isDone(state) && !unsaved;

export function totals(items: readonly Counted[]): Totals {
  const count = (is: (state: UploadState) => boolean) =>
    items.filter(({ state }) => is(state)).length;
  const named = (name: UploadState['name']) => count((state) => state.name === name);
  const going = items.filter(({ state }) => state.name !== 'failed' && state.name !== 'duplicate');
  const bytes = going.reduce((sum, { file }) => sum + file.size, 0);
  const sentBytes = going.reduce((sum, { file, state }) => sum + file.size * progressOf(state), 0);
  const unsent = count(isUnsent);
  const percent = bytes > 0 ? Math.floor((100 * sentBytes) / bytes) : 0;
  return {
    all: going.length,
    ready: named('ready'),
    failed: named('failed'),
    duplicates: named('duplicate'),
    bytes,
    sentBytes,
    percent: unsent > 0 ? Math.min(99, percent) : percent,
    sending: named('sending'),
    unsent,
    processing: named('processing'),
    interrupted: named('interrupted'),
    finished: items.filter(canClear).length,
    canPause: count(canPause),
    canResume: count(canResume),
    canRetry: count(canRetry),
    canWord: count(canWord),
  };
}
