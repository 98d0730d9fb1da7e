import { expect, it, vi } from 'vitest';
import { t } from '.';
import { formatDate, formatDateTime, formatMonth, formatTakenAt, formatTimeAgo } from './dates';

/** Runs `test` in several time zones. */
function inTimeZones(test: (zone: string) => void): void {
  try {
    for (const zone of ['Asia/Tokyo', 'UTC', 'America/Los_Angeles']) {
      vi.stubEnv('TZ', zone);
      test(zone);
    }
  } finally {
    vi.unstubAllEnvs();
  }
}

it('a date and time is in the reader’s time zone', () => {
  const shown: string[] = [];
  inTimeZones(() => shown.push(formatDateTime('2024-05-02T12:30:00Z', 'en-GB')));
  expect(shown).toEqual(['2 May 2024 at 21:30', '2 May 2024 at 12:30', '2 May 2024 at 05:30']);
  expect([formatDateTime(null), formatDateTime('yesterday')]).toEqual(['', '']);
});

it('the time of a picture is the time of its place in every time zone', () => {
  inTimeZones((zone) => {
    for (const [time, text] of [
      ['2024-01-01T00:05:00+09:00', '1 January 2024 at 00:05'],
      ['2024-01-01T00:05:00-03:30', '1 January 2024 at 00:05'],
      ['2024-01-01T00:05:00.25', '1 January 2024 at 00:05'],
      ['2023-12-31T15:05:00Z', '31 December 2023 at 15:05 UTC'],
    ] as const)
      expect(formatTakenAt(time, 'en-GB'), `${time} in ${zone}`).toBe(text);
  });
  expect([formatTakenAt(null), formatTakenAt('yesterday')]).toEqual(['', '']);
});

it('days and months are in the language of the page', () => {
  expect(formatMonth('2024-05-02T12:30:00Z', 'en-GB')).toBe('May 2024');
  expect(formatMonth('2024-05-02T12:30:00Z')).toBe(formatMonth('2024-05-02T12:30:00Z', t.locale));
  expect(formatDate('2024-05-02T12:30:00Z', 'en-GB')).toBe('2 May 2024');
  expect([formatMonth(null), formatMonth('yesterday')]).toEqual(['', '']);
});

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0);
const formatSecondsAgo = (seconds: number) =>
  formatTimeAgo(new Date(NOW - seconds * 1000).toISOString(), NOW);

it('the time ago uses the largest unit that fits', () => {
  expect([0, 59, 60, 119, 3_599, 3_600, 86_399].map(formatSecondsAgo)).toEqual([
    'just now',
    'just now',
    '1 minute ago',
    '1 minute ago',
    '59 minutes ago',
    '1 hour ago',
    '23 hours ago',
  ]);
  expect([1, 2, 7, 14, 31, 400].map((days) => formatSecondsAgo(days * 86_400))).toEqual([
    'yesterday',
    '2 days ago',
    'last week',
    '2 weeks ago',
    'last month',
    'last year',
  ]);
});

it('a future time counts as now, and an invalid time is empty', () => {
  expect([formatSecondsAgo(-30), formatSecondsAgo(-7_200), formatTimeAgo('soon', NOW)]).toEqual([
    'just now',
    'just now',
    '',
  ]);
});
