// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { App } from '../app';
import { albumTexts } from '../texts/albums';
import { toasts } from '../ui/toasts.svelte';
import AddToAlbumDialog from './AddToAlbumDialog.svelte';
import { album, createCall, page, person, picture } from './test-api';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
const words = albumTexts.add;
const keys = ['a', 'b'].map((pictureId) => ({ ownerId: 'me', pictureId }));

afterEach(() => {
  cleanup();
  toasts.flush();
});

function renderDialog(routes: Record<string, unknown>) {
  const albums = [
    album(),
    album({ id: 'rome', title: 'Rome', role: 'viewer', owner: person('ada') }),
    album({ id: 'smart', title: 'Smart', rule: 'True' }),
  ];
  const { call, requests } = createCall({ 'GET /albums': page(...albums), ...routes });
  const library = { expireAlbum: vi.fn() };
  Object.assign(app, { api: { call }, library, userId: 'me' });
  const [onadded, onclose] = [vi.fn(), vi.fn()];
  const pictures = [picture('a'), picture('x', 'ada'), picture('b')];
  const { unmount } = render(AddToAlbumDialog, { pictures, onadded, onclose });
  return { unmount, requests, library, onadded, onclose };
}

it('only own pictures are added, to albums that the member may fill', async () => {
  const { requests, library, onadded } = renderDialog({
    'POST /albums/oslo/pictures': { refused: [] },
  });
  const choices = await screen.findAllByRole('listitem');
  expect(choices.map((choice) => choice.textContent)).toEqual([expect.stringContaining('Oslo')]);
  expect(screen.getByText(words.own(1))).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: /Oslo/ }));
  await vi.waitFor(() => expect(onadded).toHaveBeenCalled());
  expect(requests).toEqual([['POST /albums/oslo/pictures', { add: keys }]]);
  expect(library.expireAlbum).toHaveBeenCalledWith('oslo');
  expect(toasts.items.at(-1)!.text).toBe(words.added(2, 'Oslo'));
});

it('refusals are one sentence, and the dialog stays open', async () => {
  const refused = [{ ...keys[0]!, reason: 'This picture is in 50 albums.' }];
  const { onclose } = renderDialog({ 'POST /albums/oslo/pictures': { refused } });
  await fireEvent.click(await screen.findByRole('button', { name: /Oslo/ }));
  const text = words.refused(1, 2, 'Oslo', 'This picture is in 50 albums.');
  expect(await screen.findByText(text)).toBeTruthy();
  expect(onclose).not.toHaveBeenCalled();
});

it('a new album is created with the pictures', async () => {
  const { requests, onclose } = renderDialog({
    'POST /albums': album({ id: 'bergen', title: 'Bergen', count: 0 }),
    'POST /albums/bergen/pictures': { refused: [] },
  });
  const field = await screen.findByLabelText(words.newTitle);
  await fireEvent.input(field, { target: { value: ' Bergen ' } });
  await fireEvent.submit(field.closest('form')!);
  await vi.waitFor(() => expect(onclose).toHaveBeenCalled());
  expect(requests).toEqual([
    ['POST /albums', { title: 'Bergen' }],
    ['POST /albums/bergen/pictures', { add: keys }],
  ]);
});

it('one album is created, also if the button is pressed twice, and a failure keeps the title', async () => {
  let reply: () => unknown;
  const { requests } = renderDialog({ 'POST /albums': () => reply() });
  const field = await screen.findByLabelText<HTMLInputElement>(words.newTitle);
  reply = () => Promise.reject(new ApiError(409, 'You have too many albums.'));
  await fireEvent.input(field, { target: { value: 'Bergen' } });
  await fireEvent.submit(field.closest('form')!);
  expect(await screen.findByText('You have too many albums.')).toBeTruthy();
  expect(field.value).toBe('Bergen');
  reply = () => new Promise(() => undefined);
  await fireEvent.submit(field.closest('form')!);
  expect(await screen.findByText(words.creating)).toBeTruthy();
  await fireEvent.submit(field.closest('form')!);
  expect(requests).toHaveLength(2);
});

it('a refusal after the dialog closed is shown as a toast', async () => {
  let answer: (reply: unknown) => void = () => undefined;
  const { unmount } = renderDialog({
    'POST /albums/oslo/pictures': () => new Promise((resolve) => (answer = resolve)),
  });
  await fireEvent.click(await screen.findByRole('button', { name: /Oslo/ }));
  unmount();
  answer({ refused: [{ ...keys[0]!, reason: 'Not now.' }] });
  const text = words.refused(1, 2, 'Oslo', 'Not now.');
  await vi.waitFor(() => expect(toasts.items.at(-1)?.text).toBe(text));
});
