import { expect, it } from 'vitest';
import { t } from '.';
import { formatDate, formatDateTime, formatMonth, formatTimeAgo } from './dates';

it('a time without an offset is unchanged, and others are in the reader’s time zone', () => {
  expect(formatDateTime('2024-05-02T14:30:00', 'en-GB')).toBe('2 May 2024 at 14:30');
  const local = new Date('2024-05-02T12:30:00Z').toLocaleString('en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  expect(formatDateTime('2024-05-02T14:30:00+02:00', 'en-GB')).toBe(local);
  expect(formatDateTime('2024-05-02T12:30:00Z', 'en-GB')).toBe(local);
  expect([formatDateTime(null), formatDateTime('yesterday')]).toEqual(['', '']);
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
