import { expect, it } from 'vitest';
import { callsByDay, DAYS, totalOf } from './key-usage';

const NOW = Date.parse('2026-11-29T00:10:00Z');
const USAGE = [
  { date: '2026-10-30', calls: 900 },
  { date: '2026-10-31', calls: 1 },
  { date: '2026-11-28', calls: 20 },
  { date: '2026-11-29', calls: 3 },
];

it('the bars are the last 30 days of UTC, and days without calls have none', () => {
  const days = callsByDay(USAGE, NOW);
  expect(days).toHaveLength(DAYS);
  expect([days[0], days.at(-2), days.at(-1)]).toEqual([1, 20, 3]);
  expect(days.slice(1, -2).every((calls) => calls === 0)).toBe(true);
});

it('the total is that of all days', () => {
  expect(totalOf(USAGE)).toBe(924);
  expect(totalOf([])).toBe(0);
});
