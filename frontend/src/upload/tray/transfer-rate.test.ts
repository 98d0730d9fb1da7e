import { expect, it } from 'vitest';
import { TransferRate } from './transfer-rate';

/** Adds a sample for every second. */
function rateOf(...bytes: number[]): TransferRate {
  const rate = new TransferRate();
  bytes.forEach((sum, second) => rate.add(sum, second * 1000));
  return rate;
}

it('a steady rate gives the time left', () => {
  expect(rateOf(0, 100, 200, 300, 400, 500, 600, 700).secondsFor(1000)).toBeCloseTo(10);
});

it('a short, stalled or unsteady transfer gives no time left', () => {
  expect(rateOf(0, 100, 200, 300).secondsFor(1000)).toBeNull();
  expect(rateOf(0, 0, 0, 0, 0, 0, 0, 0).secondsFor(1000)).toBeNull();
  expect(rateOf(0, 1000, 2000, 3000, 4000, 4010, 4020, 4030, 4040).secondsFor(1000)).toBeNull();
  expect(new TransferRate().secondsFor(1)).toBeNull();
});

it('old samples and samples before a restart do not count', () => {
  const bytes = Array.from({ length: 60 }, (_, i) => (i < 30 ? i * 1000 : 30_000 + (i - 30) * 10));
  expect(rateOf(...bytes).secondsFor(100)).toBeCloseTo(10);
  expect(rateOf(0, 100, 200, 300, 400, 500, 600, 700, 100).secondsFor(1000)).toBeNull();
});
