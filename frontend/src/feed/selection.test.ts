import { expect, it } from 'vitest';
import type { Picture } from '../api/types';
import { Selection } from './selection.svelte';

const pictures = [...'gfedcba'].map(
  (id) => ({ id, owner: { id: id === 'd' ? 'julia' : 'anna' } }) as Picture,
);
const by = (id: string) => pictures.find((picture) => picture.id === id)!;
const picked = (selection: Selection) =>
  selection
    .of(pictures)
    .map(({ id }) => id)
    .join('');

it('picks and lets go, in ranges, and only what may be changed', () => {
  const selection = new Selection(({ owner }) => owner.id === 'anna');
  selection.pick(by('f'));
  selection.pick(by('d'));
  expect([selection.active, picked(selection)]).toEqual([true, 'f']);
  selection.pick(by('b'), pictures);
  expect(picked(selection)).toBe('fecb');
  selection.pick(by('e'));
  expect(picked(selection)).toBe('fcb');
  selection.pick(by('g'), pictures);
  expect(picked(selection)).toBe('gfecb');
  selection.all(pictures);
  expect(picked(selection)).toBe('gfecba');
  selection.end();
  expect([selection.active, picked(selection)]).toEqual([false, '']);
});

it('stays as it is while it is being changed', () => {
  const selection = new Selection(() => true);
  selection.pick(by('f'));
  selection.busy = true;
  selection.pick(by('e'));
  selection.pick(by('f'));
  selection.all(pictures);
  selection.end();
  expect([selection.active, picked(selection)]).toEqual([true, 'f']);
  selection.busy = false;
  selection.end();
  expect([selection.active, picked(selection)]).toEqual([false, '']);
});
