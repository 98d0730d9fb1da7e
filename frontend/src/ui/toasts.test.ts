import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toasts, UNDO_TOAST_MS } from './toasts.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const { id } of toasts.items) toasts.dismiss(id);
  vi.useRealTimers();
});

const texts = () => toasts.items.map(({ text }) => text);

it('closes a toast after a while, later if it offers undo', () => {
  const onClose = vi.fn();
  toasts.show('Saved.');
  toasts.show('Deleted.', { undo: () => undefined, onClose });
  vi.advanceTimersByTime(UNDO_TOAST_MS - 1);
  expect([texts(), onClose.mock.calls]).toEqual([['Deleted.'], []]);
  vi.advanceTimersByTime(1);
  expect([texts(), onClose.mock.calls]).toEqual([[], [[false]]]);
});

it('does not call onClose after undo', () => {
  const [undo, onClose] = [vi.fn(), vi.fn()];
  toasts.show('Deleted.', { undo, onClose });
  toasts.items[0]!.undo!();
  vi.advanceTimersByTime(2 * UNDO_TOAST_MS);
  expect([undo.mock.calls.length, onClose.mock.calls.length, texts()]).toEqual([1, 0, []]);
});

it('stops the countdown while the toast is held', () => {
  const id = toasts.show('Deleted.', { undo: () => undefined });
  toasts.hold(id);
  vi.advanceTimersByTime(10 * UNDO_TOAST_MS);
  expect(texts()).toEqual(['Deleted.']);
  toasts.release(id);
  vi.advanceTimersByTime(UNDO_TOAST_MS);
  expect(texts()).toEqual([]);
});

it('closes all toasts on flush, except persistent ones', () => {
  const onClose = vi.fn();
  toasts.show('Deleted.', { onClose });
  toasts.show('A new version is available.', { persistent: true });
  toasts.flush();
  vi.advanceTimersByTime(10 * UNDO_TOAST_MS);
  expect([texts(), onClose.mock.calls]).toEqual([['A new version is available.'], [[true]]]);
});
