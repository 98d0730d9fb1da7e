import { expect, it } from 'vitest';
import type { Picture } from '../api/types';
import { createSlides, picturesAfter } from './slides';

const pictures = (ids: string) => [...ids].map((id) => ({ id }) as Picture);
const ids = (list: readonly Picture[]) => list.map(({ id }) => id).join('');
const picture = (id: string) => pictures(id)[0]!;

it('an unlisted picture gets its place, unless it is older than the loaded part', () => {
  expect(ids(createSlides(pictures('fdb'), picture('d')))).toBe('fdb');
  expect(ids(createSlides(pictures('fdb'), picture('e')))).toBe('fedb');
  expect(ids(createSlides(pictures('fdb'), picture('a')))).toBe('a');
  expect(ids(createSlides([], picture('a')))).toBe('a');
});

it('pictures loaded later follow the last slide', () => {
  expect(ids(picturesAfter(pictures('fdb'), pictures('gfdb')))).toBe('');
  expect(ids(picturesAfter(pictures('fd'), pictures('gfdba')))).toBe('ba');
  expect(ids(picturesAfter(pictures('c'), pictures('fdba')))).toBe('ba');
  expect(ids(picturesAfter(pictures('a'), pictures('fdb')))).toBe('');
});

it('the pictures of an album keep its order', () => {
  expect(ids(createSlides(pictures('bfd'), picture('f')))).toBe('bfd');
  expect(ids(createSlides(pictures('bfd'), picture('e')))).toBe('e');
  expect(ids(picturesAfter(pictures('bf'), pictures('bfda')))).toBe('da');
  expect(ids(picturesAfter(pictures('c'), pictures('bfd')))).toBe('');
});
