/** What can happen to a picture that is being uploaded, and what follows from it. No work is done here. */

export type UploadState =
  | { name: 'waiting' }
  | { name: 'sending'; /** From 0 to 1. */ progress: number }
  | { name: 'processing'; note?: string }
  | { name: 'ready' }
  | { name: 'failed'; reason: string; /** Whether sending again can help. */ retry: boolean };

export type UploadEvent =
  | { type: 'progress'; progress: number }
  | { type: 'sent' }
  | { type: 'slow'; note: string }
  | { type: 'ready' }
  | { type: 'failed'; reason: string; retry: boolean }
  | { type: 'retry' };

/** The state after `event`. What comes late, such as progress of a request that has ended, changes nothing. */
export function advance(state: UploadState, event: UploadEvent): UploadState {
  switch (event.type) {
    case 'progress':
      return isSending(state) ? { name: 'sending', progress: clamp(event.progress) } : state;
    case 'sent':
      return isSending(state) ? { name: 'processing' } : state;
    case 'slow':
      return state.name === 'processing' ? { name: 'processing', note: event.note } : state;
    case 'ready':
      return state.name === 'processing' ? { name: 'ready' } : state;
    case 'failed':
      return isOver(state) ? state : { name: 'failed', reason: event.reason, retry: event.retry };
    case 'retry':
      return state.name === 'failed' && state.retry ? { name: 'waiting' } : state;
  }
}

const isSending = ({ name }: UploadState) => name === 'waiting' || name === 'sending';
const clamp = (part: number) => Math.min(1, Math.max(0, part));

/** Whether nothing more will happen by itself. */
export const isOver = ({ name }: UploadState) => name === 'ready' || name === 'failed';
