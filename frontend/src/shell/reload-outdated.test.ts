import { expect, it } from 'vitest';
import { canReload } from './reload-outdated';

function createStorage() {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  };
}

it('the page reloads at most once a minute', () => {
  const storage = createStorage();
  const times = [1_000, 2_000, 60_000, 90_000, 91_000];
  expect(times.map((now) => canReload(true, () => storage, now))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

it('the page does not reload offline, nor if the storage is blocked', () => {
  expect(canReload(false, createStorage, 1_000)).toBe(false);
  const blocked = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  expect(canReload(true, blocked, 1_000)).toBe(false);
});
