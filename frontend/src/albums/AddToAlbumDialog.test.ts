// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
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
  render(AddToAlbumDialog, { pictures, onadded, onclose });
  return { requests, library, onadded, onclose };
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
