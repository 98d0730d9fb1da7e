import type { KeyUsage } from '../api/types';

const DAY = 86_400_000;
/** The number of days whose calls the API counts. */
export const DAYS = 30;

/** Returns the calls of each of the last 30 days of UTC, oldest first. `now` is in milliseconds. */
export function callsByDay(usage: readonly KeyUsage[], now: number): number[] {
  const calls = new Map(usage.map((day) => [day.date, day.calls]));
  return Array.from({ length: DAYS }, (_, index) => {
    const date = new Date(now - (DAYS - 1 - index) * DAY).toISOString().slice(0, 10);
    return calls.get(date) ?? 0;
  });
}

/** Returns the total of the calls. */
export const totalOf = (usage: readonly KeyUsage[]): number =>
  usage.reduce((total, { calls }) => total + calls, 0);
