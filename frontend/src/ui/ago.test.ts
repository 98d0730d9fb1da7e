import { expect, it } from 'vitest';
import { ago } from './ago';

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0);
const before = (seconds: number) => ago(new Date(NOW - seconds * 1000).toISOString(), NOW);

it('says how long ago something was', () => {
  expect([0, 59, 60, 119, 3_599, 3_600, 86_399].map(before)).toEqual(['just now', 'just now', '1 minute ago', '1 minute ago', '59 minutes ago', '1 hour ago', '23 hours ago']);
  expect([1, 2, 7, 14, 31, 400].map((days) => before(days * 86_400))).toEqual(['yesterday', '2 days ago', 'last week', '2 weeks ago', 'last month', 'last year']);
});

it('takes the near future of a clock that is wrong for now, and no nonsense', () => {
  expect([before(-30), before(-7_200), ago('soon', NOW)]).toEqual(['just now', 'just now', '']);
});
