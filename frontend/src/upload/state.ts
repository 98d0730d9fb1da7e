/** What can happen to a picture that is being uploaded, and what follows from it. No work is done here. */
import type { Picture } from '../api/types';

/** Why sending waits by itself: nothing comes through, or the server asked for patience. */
export type Cause = 'connection' | 'busy';

export type UploadState =
  /** Its bytes are looked at; `hold`: it is to be paused when that is done. */
  | { name: 'checking'; hold: boolean }
  /** A person is asked: `of` is my own picture with the same bytes, null the same file twice among those being added. */
  | { name: 'duplicate'; of: Picture | null }
  | { name: 'waiting'; /** What has arrived, from 0 to 1. */ progress: number }
  | { name: 'sending'; progress: number }
  | { name: 'interrupted'; progress: number; cause: Cause }
  | { name: 'paused'; progress: number }
  | { name: 'processing'; note?: string }
  | { name: 'ready' }
  | {
      name: 'failed';
      progress: number;
      reason: string;
      /** Whether sending again can help. */ retry: boolean;
    };

export type UploadEvent =
  | { type: 'duplicate'; of: Picture | null }
  | {
      type:
        | 'checked'
        | 'accepted'
        | 'started'
        | 'paused'
        | 'resumed'
        | 'reconnected'
        | 'sent'
        | 'ready'
        | 'retried';
    }
  | { type: 'progress'; progress: number }
  | { type: 'interrupted'; cause: Cause }
  | { type: 'slow'; note: string }
  | { type: 'failed'; reason: string; retry: boolean };

export const BEGIN: UploadState = { name: 'checking', hold: false };

/** The state after `event`. What comes late, such as progress of a request that has ended, changes nothing. */
export function advance(state: UploadState, event: UploadEvent): UploadState {
  switch (event.type) {
    case 'checked':
      return state.name === 'checking'
        ? { name: state.hold ? 'paused' : 'waiting', progress: 0 }
        : state;
    case 'duplicate':
      return state.name === 'checking' ? { name: 'duplicate', of: event.of } : state;
    case 'accepted':
      return state.name === 'duplicate' ? { name: 'waiting', progress: 0 } : state;
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
    case 'reconnected':
      return state.name === 'interrupted' ? { name: 'waiting', progress: state.progress } : state;
    case 'paused':
      if (state.name === 'checking') return { name: 'checking', hold: true };
      return isUnderWay(state) ? { name: 'paused', progress: progressOf(state) } : state;
    case 'resumed':
      if (state.name === 'checking') return { name: 'checking', hold: false };
      return state.name === 'paused' ? { name: 'waiting', progress: state.progress } : state;
    case 'sent':
      return isUnderWay(state) || state.name === 'paused' ? { name: 'processing' } : state;
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

const clamp = (part: number) => Math.min(1, Math.max(0, part));

/** In the queue, on its way, or about to go on by itself. */
const isUnderWay = ({ name }: UploadState) =>
  name === 'waiting' || name === 'sending' || name === 'interrupted';

/** How much of it S3 holds, from 0 to 1. */
export function progressOf(state: UploadState): number {
  if ('progress' in state) return state.progress;
  return isSent(state) ? 1 : 0;
}

/** Whether nothing more will happen by itself. */
export const isOver = ({ name }: UploadState) => name === 'ready' || name === 'failed';

export const isSent = ({ name }: UploadState) => name === 'processing' || name === 'ready';

/** Not sent yet, and going on by itself or when it is told to. */
export const isUnsent = (state: UploadState) =>
  isUnderWay(state) || state.name === 'checking' || state.name === 'paused';

/** Whether leaving the page would lose it: what waits for an answer, too. */
export const isUnfinished = (state: UploadState) =>
  isUnsent(state) || state.name === 'duplicate' || canRetry(state);

/** Whether it can go off the list without being missed. */
export const isDone = (state: UploadState) => isOver(state) && !canRetry(state);

export const canPause = (state: UploadState) =>
  isUnderWay(state) || (state.name === 'checking' && !state.hold);
export const canResume = (state: UploadState) =>
  state.name === 'paused' || (state.name === 'checking' && state.hold);
/** Whether caption and audience can still matter. */
export const canWord = (state: UploadState) => state.name !== 'failed' || state.retry;
export const canRetry = (state: UploadState) => state.name === 'failed' && state.retry;
/** Whether a person has to decide something. */
export const needsAnswer = (state: UploadState) =>
  state.name === 'failed' || state.name === 'duplicate';
