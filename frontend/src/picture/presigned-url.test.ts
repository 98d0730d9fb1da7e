import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endsSoon, expiryOf } from './presigned-url';

const URL =
  'https://site.example/renditions/o/p/small?X-Amz-Date=20261129T120000Z&X-Amz-Expires=900';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a presigned URL ends some time after it was signed', () => {
  expect(expiryOf(URL)).toBe(Date.UTC(2026, 10, 29, 12, 15));
  expect(expiryOf('https://site.example/i/o/p/small')).toBe(0);
});

it('a presigned URL is not used in its last minute', () => {
  vi.setSystemTime(Date.UTC(2026, 10, 29, 12, 13, 59));
  expect([endsSoon(URL), endsSoon(URL, 5 * 60_000)]).toEqual([false, true]);
  vi.setSystemTime(Date.UTC(2026, 10, 29, 12, 14, 0));
  expect([endsSoon(URL), endsSoon('blob:anything')]).toEqual([true, false]);
});
