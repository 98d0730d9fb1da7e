import type { Picture } from '../../api/types';

/** The reason why sending waits: no connection, or a busy server. */
export type InterruptionCause = 'connection' | 'busy';

export type UploadState =
  /** `paused`: the upload pauses when the check ends. */
  | { name: 'checking'; paused: boolean }
  /**
   * Waits for an answer. `of` is `null` if the other listed file has not arrived in S3.
   * `paused`: the upload pauses when the person accepts it.
   */
  | { name: 'duplicate'; of: Picture | null; paused: boolean }
  | { name: 'waiting'; /** The part of the file that S3 has, from 0 to 1. */ progress: number }
  | { name: 'sending'; progress: number }
  | { name: 'interrupted'; progress: number; cause: InterruptionCause }
  | { name: 'paused'; progress: number }
  | { name: 'processing'; note?: string }
  | { name: 'ready' }
  | {
      name: 'failed';
      progress: number;
      reason: string;
      /** Whether another attempt can succeed. */
      retry: boolean;
    };

export type StateEvent =
  | { type: 'duplicate'; of: Picture | null }
  | {
      type:
        | 'checked'
        | 'accepted'
        | 'started'
        | 'paused'
        | 'resumed'
        | 'continued'
        | 'arrived'
        | 'ready'
        | 'retried';
    }
  | { type: 'progress'; progress: number }
  | { type: 'interrupted'; cause: InterruptionCause }
  | { type: 'slow'; note: string }
  | { type: 'failed'; reason: string; retry: boolean };

export const INITIAL_STATE: UploadState = { name: 'checking', paused: false };

/** Returns the state after `event`. Ignores late events, such as progress of an ended request. */
export function advance(state: UploadState, event: StateEvent): UploadState {
  switch (event.type) {
    case 'checked':
      return state.name === 'checking' ? enterQueue(state) : state;
    case 'duplicate':
      return state.name === 'checking'
        ? { name: 'duplicate', of: event.of, paused: state.paused }
        : state;
    case 'accepted':
      return state.name === 'duplicate' ? enterQueue(state) : state;
    case 'started':
      return state.name === 'waiting' ? { name: 'sending', progress: state.progress } : state;
    case 'progress':
      return state.name === 'sending'
        ? { name: 'sending', progress: clamp(event.progress) }
        : state;
    case 'interrupted':
      return state.name === 'sending'
        ? { name: 'interrupted', progress: state.progress, cause: event.cause }
        : state;
    case 'continued':
      return state.name === 'interrupted' ? { name: 'waiting', progress: state.progress } : state;
    case 'paused':
      if ('paused' in state) return { ...state, paused: true };
      return isInQueue(state) ? { name: 'paused', progress: progressOf(state) } : state;
    case 'resumed':
      if ('paused' in state) return { ...state, paused: false };
      return state.name === 'paused' ? { name: 'waiting', progress: state.progress } : state;
    case 'arrived':
      return isInQueue(state) || state.name === 'paused' ? { name: 'processing' } : state;
    case 'slow':
      return state.name === 'processing' ? { name: 'processing', note: event.note } : state;
    case 'ready':
      return state.name === 'processing' ? { name: 'ready' } : state;
    case 'failed':
      return isOver(state)
        ? state
        : { name: 'failed', progress: progressOf(state), reason: event.reason, retry: event.retry };
    case 'retried':
      return canRetry(state) ? { name: 'waiting', progress: progressOf(state) } : state;
  }
}

const enterQueue = ({ paused }: { paused: boolean }): UploadState => ({
  name: paused ? 'paused' : 'waiting',
  progress: 0,
});

const clamp = (part: number) => Math.min(1, Math.max(0, part));

/** Returns `true` if it waits for its turn, is being sent, or continues without the person. */
const isInQueue = ({ name }: UploadState) =>
  name === 'waiting' || name === 'sending' || name === 'interrupted';

/** Returns the part of the file that S3 has, from 0 to 1. */
export function progressOf(state: UploadState): number {
  if ('progress' in state) return state.progress;
  return hasArrived(state) ? 1 : 0;
}

/** Returns `true` if nothing changes any more without the person. */
export const isOver = ({ name }: UploadState) => name === 'ready' || name === 'failed';

/** Returns `true` if S3 has all bytes. */
export const hasArrived = ({ name }: UploadState) => name === 'processing' || name === 'ready';

/** Returns `true` if bytes are missing and neither an error nor a question prevents sending. */
export const isUnsent = (state: UploadState) =>
  isInQueue(state) || state.name === 'checking' || state.name === 'paused';

/** Returns `true` if leaving the page loses the upload. */
export const isUnfinished = (state: UploadState) =>
  isUnsent(state) || state.name === 'duplicate' || canRetry(state);

/** Returns `true` if the person loses nothing when it leaves the list. */
export const isDone = (state: UploadState) => isOver(state) && !canRetry(state);

/** Returns `true` if the upload sends nothing before the person resumes it. */
export const isPaused = (state: UploadState) =>
  'paused' in state ? state.paused : state.name === 'paused';

export const canPause = (state: UploadState) =>
  isInQueue(state) || (state.name === 'checking' && !state.paused);
export const canResume = (state: UploadState) => isPaused(state) && !isDuplicate(state);
export const canEditDetails = (state: UploadState) => state.name !== 'failed' || state.retry;
export const canRetry = (state: UploadState) => state.name === 'failed' && state.retry;
export const isDuplicate = ({ name }: UploadState) => name === 'duplicate';
/** Returns `true` if the person has to read an error or to decide about a duplicate. */
export const isUrgent = (state: UploadState) =>
  state.name === 'failed' || state.name === 'duplicate';
