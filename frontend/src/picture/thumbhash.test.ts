import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { placeholderSoon } from './thumbhash';

/** As the API gives them: https://github.com/evanw/thumbhash. */
const HASHES = [
  '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
  '1QcSHQRnh493V4dIh4eXh1h4kJUI',
  'HBkSHYSIeHiPiHh8eJd4eTN0EEQG',
];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('makes no likeness of a picture that is there soon, and one of each that is not', () => {
  const shown: string[] = [];
  const soon = (hash: string) => placeholderSoon(hash, (url) => shown.push(url));
  const takeBack = soon(HASHES[0]!);
  vi.advanceTimersByTime(100);
  takeBack();
  soon(HASHES[1]!);
  soon(HASHES[2]!);
  vi.advanceTimersByTime(100);
  expect(shown).toEqual([]); // these have waited for 100 ms only
  vi.advanceTimersByTime(100);
  expect(shown).toHaveLength(2);
  expect(new Set(shown).size).toBe(2);
  expect(shown.every((url) => url.startsWith('data:image/png;base64,'))).toBe(true);
});

it('has it at once where it was made before', () => {
  const shown: string[] = [];
  placeholderSoon(HASHES[1], (url) => shown.push(url));
  expect(shown).toHaveLength(1);
});
