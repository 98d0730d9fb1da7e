/**
 * Dates in the language of the page. The functions return an empty string if the time is missing
 * or invalid.
 */
import { t } from '.';

type Time = string | null | undefined;

/** Formats a date with its time of day, in the reader's time zone. */
export const formatDateTime = (time: Time, locale: string = t.locale): string =>
  format(time, locale, { dateStyle: 'long', timeStyle: 'short' });

/**
 * Formats the `takenAt` of a picture. It is the time of the place, so every reader sees the same
 * date. A time in UTC is marked, because it differs from the time of most places.
 */
export function formatTakenAt(time: Time, locale: string = t.locale): string {
  const [, local, zone] = /^(.+?)(Z|[+-]\d\d:\d\d)?$/.exec(time ?? '') ?? [];
  const text = format(`${local}Z`, locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return text && zone === 'Z' ? `${text} UTC` : text;
}

export const formatDate = (time: Time, locale: string = t.locale): string =>
  format(time, locale, { dateStyle: 'long' });

/** Formats a day without a time, such as `2026-11-29`, which is the same for every reader. */
export const formatDay = (day: Time, locale: string = t.locale): string =>
  format(day, locale, { dateStyle: 'long', timeZone: 'UTC' });

/** Formats a month with its year, such as `May 2024`. */
export const formatMonth = (time: Time, locale: string = t.locale): string =>
  format(time, locale, { month: 'long', year: 'numeric' });

function format(time: Time, locale: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(time ?? NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(locale, options);
}

/** Units with their length in seconds, the longest first. */
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
/** Created on first use, because it is slow and the first view does not need it. */
let relativeFormat: Intl.RelativeTimeFormat | undefined;

/**
 * Formats the time from `time` to `now` (milliseconds since the epoch), such as `2 minutes ago`.
 * Returns `just now` for less than a minute, and for a later `time`, which a wrong clock can cause.
 */
export function formatTimeAgo(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return '';
  const step = UNITS.find(([, length]) => seconds >= length);
  if (!step) return t.words.now;
  const [unit, length] = step;
  relativeFormat ??= new Intl.RelativeTimeFormat(t.locale, { numeric: 'auto' });
  return relativeFormat.format(-Math.floor(seconds / length), unit);
}
