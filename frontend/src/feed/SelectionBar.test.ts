// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { Picture, PictureChange } from '../api/types';
import type { App } from '../app';
import { album, createCall } from '../albums/test-api';
import { t } from '../texts';
import { albumTexts } from '../texts/albums';
import { toasts } from '../ui/toasts.svelte';
import type { AlbumOfList } from './album-of-list';
import { Library } from './library.svelte';
import { Selection } from './selection.svelte';
import SelectionBar from './SelectionBar.svelte';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));

const words = t.feed.select;
const pictures = [...'cba'].map(
  (id) => ({ id, state: 'ready', visibility: 'private', owner: { id: 'anna' } }) as Picture,
);

afterEach(() => {
  cleanup();
  toasts.flush();
});

/** Renders the bar with two selected pictures. Changes of the pictures `failing` fail once. */
function renderBar(failing = '', inAlbum?: AlbumOfList) {
  const failuresLeft = new Set(failing);
  const changePicture = vi.fn(async (_: string, id: string, change: PictureChange) => {
    if (failuresLeft.delete(id)) throw new ApiError(429, 'Slow down.');
    return { ...pictures.find((picture) => picture.id === id)!, ...change } as Picture;
  });
  const { call, requests } = createCall({
    'PATCH /albums/oslo': album({ title: 'With a cover' }),
  });
  const api = {
    call,
    changePicture,
    prepare: () => async () => ({ refused: [] }),
    prepareDelete: () => async () => ({ id: '' }),
  } as unknown as Api;
  const library = new Library(api, 'anna');
  Object.assign(app, { api, library, userId: 'anna' });
  const selection = new Selection(() => true);
  selection.toggle(pictures[0]!);
  selection.toggle(pictures[1]!);
  const { unmount } = render(SelectionBar, { selection, pictures, album: inAlbum });
  return { changePicture, library, requests, selection, unmount };
}

const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

it('a visibility is set for all selected pictures, and the selection ends', async () => {
  const { changePicture, selection } = renderBar();
  await click(t.upload.visibility.friends);
  await vi.waitFor(() => expect(selection.isActive).toBe(false));
  expect(changePicture.mock.calls).toEqual([
    ['anna', 'c', { visibility: 'friends' }],
    ['anna', 'b', { visibility: 'friends' }],
  ]);
  expect(toasts.items.at(-1)!.text).toBe(words.changed(2, t.picture.meaning.friends));
});

it('pictures that already have the visibility are not changed', async () => {
  const { changePicture, selection } = renderBar();
  await click(t.upload.visibility.private);
  await vi.waitFor(() => expect(selection.isActive).toBe(false));
  expect(changePicture).not.toHaveBeenCalled();
});

it('pictures that could not be changed stay selected and can be retried', async () => {
  const { changePicture, selection } = renderBar('b');
  await click(t.upload.visibility.public);
  await screen.findByText(words.failed(1, 2, 'Slow down.'), { exact: false });
  expect(selection.selectedOf(pictures).map(({ id }) => id)).toEqual(['b']);
  expect(selection.isLocked).toBe(false);
  await click(t.words.retry);
  await vi.waitFor(() => expect(selection.isActive).toBe(false));
  expect(changePicture).toHaveBeenCalledTimes(3);
});

it('a failure after the bar closed is shown as a toast', async () => {
  const { unmount } = renderBar('cb');
  await click(t.upload.visibility.public);
  unmount();
  await vi.waitFor(() => expect(toasts.items.at(-1)?.text).toBe(words.failed(2, 2, 'Slow down.')));
});

it('deleting hides the selected pictures and ends the selection', async () => {
  const { library, selection } = renderBar();
  const hide = vi.spyOn(library, 'hide');
  await click(words.remove);
  expect(hide).toHaveBeenCalledExactlyOnceWith(pictures.slice(0, 2));
  expect(selection.isActive).toBe(false);
});

const ofAlbum = (onchange: AlbumOfList['onchange']): AlbumOfList => ({
  album: album(),
  canRemoveAll: true,
  canChooseCover: true,
  emptyNotice: { title: '', text: '' },
  onchange,
});

it('removing from an album hides the selected pictures and ends the selection', async () => {
  const { library, selection } = renderBar('', ofAlbum(vi.fn()));
  const hide = vi.spyOn(library.album('oslo'), 'hide');
  await click(albumTexts.take.action);
  expect(hide).toHaveBeenCalledExactlyOnceWith(pictures.slice(0, 2));
  expect(selection.isActive).toBe(false);
  expect(toasts.items.at(-1)!.text).toBe(albumTexts.take.done(2));
});

it('a single picture becomes the cover of its album', async () => {
  const onchange = vi.fn();
  const { requests, selection } = renderBar('', ofAlbum(onchange));
  const button = screen.getByRole<HTMLButtonElement>('button', { name: albumTexts.cover.action });
  expect(button.disabled).toBe(true);
  selection.toggle(pictures[0]!);
  await vi.waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
  await vi.waitFor(() => expect(selection.isActive).toBe(false));
  expect(requests).toEqual([
    ['PATCH /albums/oslo', { cover: { ownerId: 'anna', pictureId: 'b' } }],
  ]);
  expect(onchange.mock.calls[0]![0]).toMatchObject({ title: 'With a cover' });
});

it('pictures of other people are not changed, deleted or added to an album', async () => {
  const others = pictures.map((picture) => ({ ...picture, owner: { id: 'julia' } }) as Picture);
  const { selection, unmount } = renderBar();
  unmount();
  render(SelectionBar, { selection, pictures: others });
  for (const name of [t.upload.visibility.public, albumTexts.add.action, words.remove])
    expect(screen.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true);
});
