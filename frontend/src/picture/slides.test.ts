import { expect, it } from 'vitest';
import type { Picture } from '../api/types';
import { after, slidesOf } from './slides';

const pictures = (ids: string) => [...ids].map((id) => ({ id }) as Picture);
const ids = (list: readonly Picture[]) => list.map(({ id }) => id).join('');
const one = (id: string) => pictures(id)[0]!;

it('puts a picture that is not in the list where it belongs, if that far has been read', () => {
  expect(ids(slidesOf(pictures('fdb'), one('d')))).toBe('fdb');
  expect(ids(slidesOf(pictures('fdb'), one('e')))).toBe('fedb');
  expect(ids(slidesOf(pictures('fdb'), one('a')))).toBe('a');
  expect(ids(slidesOf([], one('a')))).toBe('a');
});

it('goes on with what has been read since, from the last slide', () => {
  expect(ids(after(pictures('fdb'), pictures('gfdb')))).toBe('');
  expect(ids(after(pictures('fd'), pictures('gfdba')))).toBe('ba');
  expect(ids(after(pictures('c'), pictures('fdba')))).toBe('ba');
  expect(ids(after(pictures('a'), pictures('fdb')))).toBe('');
});
