// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { drafts } from './drafts';
import InlineTextEditor from './InlineTextEditor.svelte';

afterEach(() => {
  cleanup();
  drafts.clear();
  toasts.flush();
});

function renderEditor({
  value = '',
  isMultiline = false,
  isTime = false,
  onsave = vi.fn(async () => undefined),
}) {
  const { unmount } = render(InlineTextEditor, {
    draftKey: 'p/caption',
    label: 'Caption',
    addLabel: 'Add',
    editLabel: 'Edit',
    value,
    maxLength: 100,
    isMultiline,
    isTime,
    onsave,
  });
  return { onsave, unmount };
}

const field = () => screen.getByLabelText<HTMLTextAreaElement>('Caption');
const open = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const write = (text: string) => fireEvent.input(field(), { target: { value: text } });
const press = (key: string, options = {}) => fireEvent.keyDown(field(), { key, ...options });

it('Enter saves the trimmed text, closes the field and focuses the button', async () => {
  const { onsave } = renderEditor({});
  await open('Add');
  expect(document.activeElement).toBe(field());
  await write(' Ferns ');
  await press('Enter');
  await vi.waitFor(() => expect(screen.queryByLabelText('Caption')).toBeNull());
  expect(onsave).toHaveBeenCalledExactlyOnceWith('Ferns');
  expect(drafts.size).toBe(0);
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add' }));
});

it('Escape discards the text', async () => {
  const { onsave } = renderEditor({ value: 'Ferns' });
  await open('Edit');
  await write('Algae');
  await press('Escape');
  await vi.waitFor(() => expect(screen.queryByLabelText('Caption')).toBeNull());
  expect(onsave).not.toHaveBeenCalled();
  await open('Edit');
  expect(field().value).toBe('Ferns');
});

it('a time is edited in a field for dates', async () => {
  const { onsave } = renderEditor({ value: '2024-01-01T00:05:00', isTime: true });
  await open('Edit');
  expect(field().type).toBe('datetime-local');
  await write('2024-01-01T00:15:30');
  await press('Enter');
  await vi.waitFor(() => expect(onsave).toHaveBeenCalledExactlyOnceWith('2024-01-01T00:15:30'));
});

it('an unchanged text is not saved', async () => {
  const { onsave } = renderEditor({ value: 'Ferns' });
  await open('Edit');
  await press('Enter');
  await vi.waitFor(() => expect(screen.queryByLabelText('Caption')).toBeNull());
  expect(onsave).not.toHaveBeenCalled();
});

it('a failed save keeps the text and shows the error', async () => {
  renderEditor({ onsave: vi.fn().mockRejectedValue(new ApiError(400, 'Too long.')) });
  await open('Add');
  await write('Ferns');
  await press('Enter');
  await screen.findByText('Too long.');
  expect([field().value, field().getAttribute('aria-invalid')]).toEqual(['Ferns', 'true']);
});

it('a save that fails after the picture changed shows a toast', async () => {
  let fail!: (error: Error) => void;
  const onsave = vi.fn(
    () =>
      new Promise<undefined>((_, reject) => {
        fail = reject;
      }),
  );
  const { unmount } = renderEditor({ onsave });
  await open('Add');
  await write('Ferns');
  await press('Enter');
  unmount();
  fail(new ApiError(400, 'Too long.'));
  await vi.waitFor(() =>
    expect(toasts.items.at(-1)?.text).toBe(t.picture.notSaved('Caption', 'Too long.')),
  );
});

it('an unsaved text reappears with the picture', async () => {
  const { unmount } = renderEditor({});
  await open('Add');
  await write('Ferns');
  unmount();
  renderEditor({});
  expect(field().value).toBe('Ferns');
});

it('only a field with several lines keeps line breaks', async () => {
  const { onsave } = renderEditor({ isMultiline: true });
  await open('Add');
  await press('Enter', { shiftKey: true });
  expect(onsave).not.toHaveBeenCalled();
  await write('Ferns\nAlgae');
  expect(field().value).toBe('Ferns\nAlgae');
  cleanup();
  drafts.clear();
  renderEditor({});
  await open('Add');
  await write('Ferns\nAlgae');
  expect(drafts.get('p/caption')).toBe('Ferns Algae');
});

it('Enter does not save during the composition of an input method', async () => {
  const { onsave } = renderEditor({});
  await open('Add');
  await write('Ferns');
  await press('Enter', { isComposing: true });
  expect(onsave).not.toHaveBeenCalled();
});
