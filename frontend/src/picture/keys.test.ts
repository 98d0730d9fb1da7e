import { expect, it } from 'vitest';
import { isMeantFor } from './keys';

/** An element with these around it. */
const within = (...names: string[]) => ({
  closest: (selectors: string) =>
    selectors.split(', ').some((selector) => names.includes(selector)),
});
const key = (name: string, defaultPrevented = false) => ({ key: name, defaultPrevented });

it('leaves what is written to the field, also to one outside the details', () => {
  for (const name of ['z', 'ArrowLeft', 'Escape']) {
    expect(isMeantFor(key(name), within('input', 'dialog'), false)).toBe(false);
    expect(isMeantFor(key(name), within('textarea'), true)).toBe(name === 'Escape');
    expect(isMeantFor(key(name), within('dialog'), false)).toBe(false);
  }
});

it('moves and closes from anywhere else, and zooms where no button of the details has the focus', () => {
  for (const inPanel of [true, false])
    expect(isMeantFor(key('ArrowLeft'), within('button'), inPanel)).toBe(true);
  expect(isMeantFor(key('z'), within(), false)).toBe(true);
  expect(isMeantFor(key('z'), within('button'), true)).toBe(false);
  expect(isMeantFor(key('Escape', true), null, false)).toBe(false);
});
