import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { averageColor, placeholderUrlOf, requestPlaceholder } from './thumbhash';

const HASHES = [
  '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
  '1QcSHQRnh493V4dIh4eXh1h4kJUI',
  'HBkSHYSIeHiPiHh8eJd4eTN0EEQG',
] as const;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('a placeholder is decoded after a delay, unless its request is cancelled', () => {
  const urls: string[] = [];
  const request = (hash: string) => requestPlaceholder(hash, (url) => urls.push(url));
  const cancel = request(HASHES[0]);
  vi.advanceTimersByTime(100);
  cancel();
  request(HASHES[1]);
  request(HASHES[2]);
  vi.advanceTimersByTime(100);
  expect(urls).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(urls).toHaveLength(2);
  expect(new Set(urls).size).toBe(2);
  expect(urls.every((url) => url.startsWith('data:image/png;base64,'))).toBe(true);
});

it('a cached placeholder is available at once', () => {
  const urls: string[] = [];
  requestPlaceholder(HASHES[1], (url) => urls.push(url));
  expect(urls).toHaveLength(1);
});

it('an invalid thumbhash has neither a placeholder nor a color', () => {
  expect([placeholderUrlOf('%'), placeholderUrlOf(null)]).toEqual(['', '']);
  expect([averageColor('%'), averageColor(null)]).toEqual([null, null]);
  expect(averageColor(HASHES[0])).toMatch(/^rgb\(\d+ \d+ \d+ \/ [\d.]+\)$/);
});
