/** How moments are written, in the language of the page; empty where one is not known. */
import { t } from '.';

type Time = string | null | undefined;

/** The date and the time of day. Without an offset it is shown as the camera's clock had it, wherever the reader is. */
export function momentOf(time: Time, locale: string = t.locale): string {
  if (!time) return '';
  const local = !/(Z|[+-]\d\d:?\d\d)$/i.test(time);
  return written(local ? `${time.replace(' ', 'T')}Z` : time, locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    ...(local && { timeZone: 'UTC' }),
  });
}

export const dayOf = (time: Time, locale: string = t.locale): string =>
  written(time, locale, { dateStyle: 'long' });

/** `May 2024` */
export const monthOf = (time: Time, locale: string = t.locale): string =>
  written(time, locale, { month: 'long', year: 'numeric' });

function written(time: Time, locale: string, how: Intl.DateTimeFormatOptions): string {
  const date = new Date(time ?? NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(locale, how);
}

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
