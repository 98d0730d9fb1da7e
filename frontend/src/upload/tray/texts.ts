import { t } from '../../texts';
import type { UploadState } from '../list/state';
import type { Totals } from '../list/totals';

/** Returns the sentence about the state of one upload. */
export function stateText(state: UploadState): string {
  const texts = t.upload.states;
  switch (state.name) {
    case 'checking':
      return state.paused ? texts.paused(0) : texts.checking;
    case 'duplicate':
      return state.of ? texts.duplicate : texts.duplicateHere;
    case 'sending':
      return texts.sending(percentOf(state.progress));
    case 'paused':
      return texts.paused(percentOf(state.progress));
    case 'interrupted':
      return texts.interrupted[state.cause](percentOf(state.progress));
    case 'processing':
      return state.note ?? texts.processing;
    case 'failed':
      return state.reason;
    default:
      return texts[state.name];
  }
}

/** At most 99, because S3 does not have every byte yet. */
const percentOf = (progress: number) => Math.min(99, Math.floor(progress * 100));

/** Returns the first line of the tray: the number of uploaded pictures. */
export function headline({ ready, all, duplicates }: Totals): string {
  if (all > 0) return t.upload.summary(ready, all);
  return duplicates > 0 ? t.upload.line.undecided : t.upload.line.nothing;
}

/** Returns the second line of the tray: progress, obstacles and errors. */
export function detailsLine(totals: Totals, isOnline: boolean, secondsLeft: number | null): string {
  const { line } = t.upload;
  const parts: string[] = [];
  if (totals.unsent > 0) {
    parts.push(line.percent(totals.percent), ...sendingParts(totals, isOnline, secondsLeft));
  } else if (totals.processing > 0) parts.push(line.processing);
  if (totals.failed > 0) parts.push(line.failed(totals.failed));
  if (totals.duplicates > 0) parts.push(line.duplicates(totals.duplicates));
  return parts.join(' · ');
}

function sendingParts(
  { canPause, interrupted, sending }: Totals,
  isOnline: boolean,
  secondsLeft: number | null,
): string[] {
  if (canPause === 0) return [t.upload.line.paused];
  if (!isOnline || (interrupted > 0 && sending === 0)) return [t.upload.line.offline];
  return secondsLeft === null ? [] : [timeLeft(secondsLeft)];
}

/** Rounds up, because a wait that is longer than announced disappoints. */
const timeLeft = (seconds: number) =>
  seconds < 60
    ? t.upload.timeLeft.lessThanAMinute
    : t.upload.timeLeft.minutes(Math.ceil(seconds / 60));
