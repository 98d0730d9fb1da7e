import {
  canEditDetails,
  canPause,
  canResume,
  canRetry,
  isDone,
  isUnsent,
  progressOf,
  type UploadState,
} from './state';

interface Countable {
  state: UploadState;
  file: { size: number };
  saveError?: string | null;
}

/** Numbers of all uploads together. */
export interface Totals {
  /** Uploads without the failed ones and the duplicates. */
  all: number;
  ready: number;
  failed: number;
  duplicates: number;
  /** Bytes of the uploads in `all`. */
  bytes: number;
  sentBytes: number;
  /** From 0 to 100. It is 100 only if S3 has every byte. */
  percent: number;
  sending: number;
  unsent: number;
  processing: number;
  interrupted: number;
  clearable: number;
  canPause: number;
  canResume: number;
  canRetry: number;
  canEditDetails: number;
}

/** Returns `true` if the upload can leave the list without a loss. */
export const canClear = ({ state, saveError }: Pick<Countable, 'state' | 'saveError'>) =>
  isDone(state) && !saveError;

export function sumUp(items: readonly Countable[]): Totals {
  const count = (test: (state: UploadState) => boolean) =>
    items.filter(({ state }) => test(state)).length;
  const countNamed = (name: UploadState['name']) => count((state) => state.name === name);
  const counted = items.filter(({ state }) => !['failed', 'duplicate'].includes(state.name));
  const bytes = counted.reduce((sum, { file }) => sum + file.size, 0);
  const sentBytes = counted.reduce(
    (sum, { file, state }) => sum + file.size * progressOf(state),
    0,
  );
  const unsent = count(isUnsent);
  const percent = bytes > 0 ? Math.floor((100 * sentBytes) / bytes) : 0;
  return {
    all: counted.length,
    ready: countNamed('ready'),
    failed: countNamed('failed'),
    duplicates: countNamed('duplicate'),
    bytes,
    sentBytes,
    percent: unsent > 0 ? Math.min(99, percent) : percent,
    sending: countNamed('sending'),
    unsent,
    processing: countNamed('processing'),
    interrupted: countNamed('interrupted'),
    clearable: items.filter(canClear).length,
    canPause: count(canPause),
    canResume: count(canResume),
    canRetry: count(canRetry),
    canEditDetails: count(canEditDetails),
  };
}
