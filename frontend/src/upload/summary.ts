/** The words above the list of uploads. */
import { t } from '../texts';
import type { Totals } from './totals';

/** How many are there, of how many. */
export function headline({ ready, all, duplicates }: Totals): string {
  if (all === 0) return duplicates > 0 ? t.upload.line.answer : t.upload.line.nothing;
  return t.upload.summary(ready, all);
}

/** How far it is, what holds it up, and what a person has to look at. */
export function details(sums: Totals, online: boolean, secondsLeft: number | null): string {
  const parts: string[] = [];
  if (sums.unsent > 0)
    parts.push(t.upload.line.percent(sums.percent), ...whatHolds(sums, online, secondsLeft));
  else if (sums.processing > 0) parts.push(t.upload.line.processing);
  if (sums.failed > 0) parts.push(t.upload.line.failed(sums.failed));
  if (sums.duplicates > 0) parts.push(t.upload.line.duplicates(sums.duplicates));
  return parts.join(' · ');
}

function whatHolds(
  { canPause, interrupted, sending }: Totals,
  online: boolean,
  secondsLeft: number | null,
): string[] {
  if (canPause === 0) return [t.upload.line.paused];
  if (!online || (interrupted > 0 && sending === 0)) return [t.upload.line.offline];
  return secondsLeft === null ? [] : [timeLeft(secondsLeft)];
}

/** Rounded up, so that nobody waits longer than they were told. */
const timeLeft = (seconds: number) =>
  seconds < 60 ? t.upload.left.lessThanAMinute : t.upload.left.minutes(Math.ceil(seconds / 60));
