import { expect, it } from 'vitest';
import { mayReload } from './stale';

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

it('loads the page anew once, and again only much later', () => {
  const kept = storage();
  const times = [1_000, 2_000, 60_000, 90_000, 91_000];
  expect(times.map((now) => mayReload(true, () => kept, now))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

it('leaves the page alone without a connection, and where that cannot be noted', () => {
  expect(mayReload(false, storage, 1_000)).toBe(false);
  const blocked = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  expect(mayReload(true, blocked, 1_000)).toBe(false);
});
