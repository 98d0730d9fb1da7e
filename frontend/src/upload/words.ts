import { t } from '../texts';
import type { UploadState } from './state';

/** What a person is told about one upload. */
export function stateText(state: UploadState): string {
  const said = t.upload.states;
  switch (state.name) {
    case 'checking':
      return state.hold ? said.paused(0) : said.checking;
    case 'duplicate':
      return state.of ? said.duplicate : said.duplicateHere;
    case 'sending':
      return said.sending(percentOf(state.progress));
    case 'paused':
      return said.paused(percentOf(state.progress));
    case 'interrupted':
      return said.interrupted[state.cause](percentOf(state.progress));
    case 'processing':
      return state.note ?? said.processing;
    case 'failed':
      return state.reason;
    default:
      return said[state.name];
  }
}

/** Never 100 before all is there. */
const percentOf = (progress: number) => Math.min(99, Math.floor(progress * 100));
