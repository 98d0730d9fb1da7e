import { expect, it, vi } from 'vitest';
import { Versions } from './versions';

function tab() {
  const offers: (() => void)[] = [];
  const withdraw = vi.fn();
  const [takeOver, reload] = [vi.fn(), vi.fn()];
  const versions = new Versions({
    offer: (take) => (offers.push(take), withdraw),
    takeOver,
    reload,
  });
  return { versions, offers, withdraw, takeOver, reload };
}

it('takes the new version when it is asked to, and is loaded anew then', () => {
  const { versions, offers, takeOver, reload } = tab();
  versions.waiting();
  versions.waiting();
  expect([offers.length, takeOver.mock.calls.length]).toEqual([1, 0]);
  offers[0]!();
  expect([takeOver.mock.calls.length, reload.mock.calls.length]).toEqual([1, 0]);
  versions.controlling();
  expect(reload).toHaveBeenCalledOnce();
});

it('offers to load anew where another tab took it, also where the first offer was closed', () => {
  const { versions, offers, withdraw, takeOver, reload } = tab();
  versions.waiting();
  versions.controlling();
  expect([offers.length, withdraw.mock.calls.length, reload.mock.calls.length]).toEqual([2, 1, 0]);
  offers[1]!();
  expect([takeOver.mock.calls.length, reload.mock.calls.length]).toEqual([0, 1]);
});
