// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { t } from '../texts';
import { announcer } from '../ui/announce.svelte';
import CommentForm, { charactersLeft } from './CommentForm.svelte';
import { CommentThread, type CommentApi } from './comment-thread.svelte';

const words = t.comments;
let hasTouchScreen = false;

beforeEach(() => {
  hasTouchScreen = false;
  vi.stubGlobal('matchMedia', () => ({ matches: hasTouchScreen }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function renderForm() {
  const thread = new CommentThread({} as CommentApi, 'anna', { ownerId: 'julia', id: 'p' });
  const send = vi.spyOn(thread, 'send').mockResolvedValue();
  render(CommentForm, { id: 'form', thread });
  const field = screen.getByLabelText<HTMLTextAreaElement>(words.write);
  const button = screen.getByRole('button', { name: words.send });
  const write = (text: string) => fireEvent.input(field, { target: { value: text } });
  return { thread, send, field, button, write };
}

it('sends the trimmed text and empties the field', async () => {
  const { send, field, button, write } = renderForm();
  await write('  How lovely\n');
  await fireEvent.click(button);
  expect(send).toHaveBeenCalledExactlyOnceWith('How lovely');
  expect(field.value).toBe('');
  expect(document.activeElement).toBe(field);
});

it('sends nothing if the text is empty', async () => {
  const { send, button, write } = renderForm();
  await write('  ');
  expect(button.getAttribute('aria-disabled')).toBe('true');
  await fireEvent.click(button);
  expect(send).not.toHaveBeenCalled();
});

it('keeps a text that is too long, and announces by how much', async () => {
  const { send, field, button, write } = renderForm();
  await write('x'.repeat(1_002));
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(words.tooMany(2))).toBeTruthy();
  await fireEvent.click(button);
  expect(send).not.toHaveBeenCalled();
  expect([field.value.length, announcer.text]).toEqual([1_002, words.tooMany(2)]);
});

it('sends on Enter, but not with Shift or during composition', async () => {
  const { send, field, write } = renderForm();
  await write('How lovely');
  await fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  await fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(send).not.toHaveBeenCalled();
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(send).toHaveBeenCalledOnce();
});

it('leaves Enter to on-screen keyboards', async () => {
  hasTouchScreen = true;
  const { send, field, write } = renderForm();
  await write('How lovely');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(send).not.toHaveBeenCalled();
  expect(screen.queryByText(words.keys)).toBeNull();
});

it('counts characters as the API does, and only near the limit', () => {
  expect(
    [
      '',
      'x'.repeat(899),
      'x'.repeat(900),
      ' '.repeat(2_000),
      '🐚'.repeat(1_000),
      'x'.repeat(1_001),
    ].map(charactersLeft),
  ).toEqual([null, null, 100, null, 0, -1]);
});
