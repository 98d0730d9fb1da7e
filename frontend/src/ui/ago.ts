import { t } from '../texts';

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
// Made when it is needed: it takes its time, and the first view has none.
let words: Intl.RelativeTimeFormat | undefined;

/** How long ago that was, in words. What is less than a minute away, also by a clock that is wrong, is now. */
export function ago(time: string, now: number): string {
  const seconds = (Date.parse(time) - now) / 1000;
  if (Number.isNaN(seconds)) return '';
  const step = STEPS.find(([, length]) => -seconds >= length);
  if (!step) return t.words.now;
  words ??= new Intl.RelativeTimeFormat(t.locale, { numeric: 'auto' });
  return words.format(Math.ceil(seconds / step[1]), step[0]);
}

/** The moment itself. */
export const exactly = (time: string): string => new Date(time).toLocaleString(t.locale, { dateStyle: 'long', timeStyle: 'short' });
