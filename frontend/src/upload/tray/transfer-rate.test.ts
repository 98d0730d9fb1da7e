import { expect, it } from 'vitest';
import { Rate } from './rate';

/** Adds a sample every second. */
function seen(...bytes: number[]): Rate {
  const rate = new Rate();
  bytes.forEach((sum, second) => rate.add(sum, second * 1000));
  return rate;
}

it('tells what a steady connection will take', () => {
  expect(seen(0, 100, 200, 300, 400, 500, 600, 700).secondsFor(1000)).toBeCloseTo(10);
});

it('says nothing too early, while nothing comes through, or when it is up and down', () => {
  expect(seen(0, 100, 200, 300).secondsFor(1000)).toBeNull();
  expect(seen(0, 0, 0, 0, 0, 0, 0, 0).secondsFor(1000)).toBeNull();
  expect(seen(0, 1000, 2000, 3000, 4000, 4010, 4020, 4030, 4040).secondsFor(1000)).toBeNull();
  expect(new Rate().secondsFor(1)).toBeNull();
});

it('forgets what is long past and what was before a break', () => {
  const bytes = Array.from({ length: 60 }, (_, i) => (i < 30 ? i * 1000 : 30_000 + (i - 30) * 10));
  expect(seen(...bytes).secondsFor(100)).toBeCloseTo(10);
  expect(seen(0, 100, 200, 300, 400, 500, 600, 700, 100).secondsFor(1000)).toBeNull();
});
