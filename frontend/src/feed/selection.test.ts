import { expect, it } from 'vitest';
import type { Picture } from '../api/types';
import { Selection } from './selection.svelte';

const pictures = [...'gfedcba'].map(
  (id) => ({ id, owner: { id: id === 'd' ? 'julia' : 'anna' } }) as Picture,
);
const pictureOf = (id: string) => pictures.find((picture) => picture.id === id)!;
const selectedIds = (selection: Selection) =>
  selection
    .selectedOf(pictures)
    .map(({ id }) => id)
    .join('');

it('a selection toggles pictures and adds ranges, without pictures it must not contain', () => {
  const selection = new Selection(({ owner }) => owner.id === 'anna');
  selection.toggle(pictureOf('f'));
  selection.toggle(pictureOf('d'));
  expect([selection.isActive, selectedIds(selection)]).toEqual([true, 'f']);
  selection.selectRange(pictures, pictureOf('b'));
  expect(selectedIds(selection)).toBe('fecb');
  selection.toggle(pictureOf('e'));
  expect(selectedIds(selection)).toBe('fcb');
  selection.selectRange(pictures, pictureOf('g'));
  expect(selectedIds(selection)).toBe('gfecb');
  selection.selectAll(pictures);
  expect(selectedIds(selection)).toBe('gfecba');
  selection.end();
  expect([selection.isActive, selectedIds(selection)]).toEqual([false, '']);
});

it('a locked selection does not change', () => {
  const selection = new Selection(() => true);
  selection.toggle(pictureOf('f'));
  selection.isLocked = true;
  selection.toggle(pictureOf('e'));
  selection.toggle(pictureOf('f'));
  selection.selectAll(pictures);
  selection.end();
  expect([selection.isActive, selectedIds(selection)]).toEqual([true, 'f']);
  selection.isLocked = false;
  selection.end();
  expect([selection.isActive, selectedIds(selection)]).toEqual([false, '']);
});
