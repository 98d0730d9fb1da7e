import { expect, it, vi } from 'vitest';
import { VersionUpdates } from './version-updates';

function createTab() {
  const offers: (() => void)[] = [];
  const withdraw = vi.fn();
  const [activate, reload] = [vi.fn(), vi.fn()];
  const offer = (accept: () => void) => {
    offers.push(accept);
    return withdraw;
  };
  const updates = new VersionUpdates({ offer, activate, reload });
  return { updates, offers, withdraw, activate, reload };
}

it('an accepted version is activated, then the tab reloads', () => {
  const { updates, offers, activate, reload } = createTab();
  updates.handleWaiting();
  updates.handleWaiting();
  expect([offers.length, activate.mock.calls.length]).toEqual([1, 0]);
  offers[0]!();
  expect([activate.mock.calls.length, reload.mock.calls.length]).toEqual([1, 0]);
  updates.handleControlling();
  expect(reload).toHaveBeenCalledOnce();
});

it('a version that another tab accepted is offered again, also after the first offer is closed', () => {
  const { updates, offers, withdraw, activate, reload } = createTab();
  updates.handleWaiting();
  updates.handleControlling();
  expect([offers.length, withdraw.mock.calls.length, reload.mock.calls.length]).toEqual([2, 1, 0]);
  offers[1]!();
  expect([activate.mock.calls.length, reload.mock.calls.length]).toEqual([0, 1]);
});
