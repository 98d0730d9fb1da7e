import { expect, it } from 'vitest';
import { isViewerKey } from './viewer-keys';

/** Returns a target with ancestors that match the selectors. */
const within = (...ancestors: string[]) => ({
  closest: (selectors: string) =>
    selectors.split(', ').some((selector) => ancestors.includes(selector)),
});
const key = (name: string, defaultPrevented = false) => ({ key: name, defaultPrevented });

it('keys in fields and dialogs are not for the viewer, except Escape in its panel', () => {
  for (const name of ['z', 'ArrowLeft', 'Escape']) {
    expect(isViewerKey(key(name), within('input', 'dialog'), false)).toBe(false);
    expect(isViewerKey(key(name), within('textarea'), true)).toBe(name === 'Escape');
    expect(isViewerKey(key(name), within('dialog'), false)).toBe(false);
  }
});

it('the panel passes arrow keys and Escape to the viewer, and no other keys', () => {
  for (const inPanel of [true, false])
    expect(isViewerKey(key('ArrowLeft'), within('button'), inPanel)).toBe(true);
  expect(isViewerKey(key('z'), within(), false)).toBe(true);
  expect(isViewerKey(key('z'), within('button'), true)).toBe(false);
  expect(isViewerKey(key('Escape', true), null, false)).toBe(false);
});
