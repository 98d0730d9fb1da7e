import { expect, it } from 'vitest';
import { t } from '.';
import { ago, dayOf, momentOf, monthOf } from './dates';

it('shows a camera’s own clock unchanged, and a true moment in the reader’s zone', () => {
  expect(momentOf('2024-05-02T14:30:00', 'en-GB')).toBe('2 May 2024 at 14:30');
  const moment = new Date('2024-05-02T12:30:00Z').toLocaleString('en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  expect(momentOf('2024-05-02T14:30:00+02:00', 'en-GB')).toBe(moment);
  expect(momentOf('2024-05-02T12:30:00Z', 'en-GB')).toBe(moment);
  expect([momentOf(null), momentOf('yesterday')]).toEqual(['', '']);
});

it('names the day and the month in the language of the page', () => {
  expect(monthOf('2024-05-02T12:30:00Z', 'en-GB')).toBe('May 2024');
  expect(monthOf('2024-05-02T12:30:00Z')).toBe(monthOf('2024-05-02T12:30:00Z', t.locale));
  expect(dayOf('2024-05-02T12:30:00Z', 'en-GB')).toBe('2 May 2024');
  expect([monthOf(null), monthOf('yesterday')]).toEqual(['', '']);
});

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0);
const before = (seconds: number) => ago(new Date(NOW - seconds * 1000).toISOString(), NOW);

it('says how long ago something was', () => {
  expect([0, 59, 60, 119, 3_599, 3_600, 86_399].map(before)).toEqual([
    'just now',
    'just now',
    '1 minute ago',
    '1 minute ago',
    '59 minutes ago',
    '1 hour ago',
    '23 hours ago',
  ]);
  expect([1, 2, 7, 14, 31, 400].map((days) => before(days * 86_400))).toEqual([
    'yesterday',
    '2 days ago',
    'last week',
    '2 weeks ago',
    'last month',
    'last year',
  ]);
});

it('takes the near future of a clock that is wrong for now, and no nonsense', () => {
  expect([before(-30), before(-7_200), ago('soon', NOW)]).toEqual(['just now', 'just now', '']);
});
