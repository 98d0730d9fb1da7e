// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { Album } from '../api/album-types';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { App } from '../app';
import { Library } from '../feed/library.svelte';
import { router } from '../router.svelte';
import { albumTexts } from '../texts/albums';
import { toasts } from '../ui/toasts.svelte';
import AlbumPage from './AlbumPage.svelte';
import { album, createCall, page, person, picture } from './test-api';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
const words = albumTexts.album;

afterEach(() => {
  cleanup();
  toasts.flush();
  vi.restoreAllMocks();
});

/** Renders the page of an album, as a member with its role sees it. */
function renderPage(details: Partial<Album> | Error, routes: Record<string, unknown> = {}) {
  const reply = details instanceof Error ? details : album(details);
  const { call, requests } = createCall({
    'GET /albums/oslo': reply,
    'GET /albums/oslo/waiting': page(),
    ...routes,
  });
  const api = { call, picturesIn: async () => page(), getPicture: async () => picture('a') };
  const library = new Library(api as unknown as Api, 'me');
  const live = { onMessage: () => () => undefined, onGap: () => () => undefined };
  const session = { person: person('me') };
  const uploads = { hasPicture: () => false };
  Object.assign(app, { api, library, live, session, uploads, userId: 'me' });
  const go = vi.spyOn(router, 'go').mockReturnValue();
  render(AlbumPage, { id: 'oslo' });
  return { requests, go };
}

const findTitle = () => screen.findByRole('heading', { level: 1, name: 'Oslo' });
const buttonNames = () => screen.getAllByRole('button').map((button) => button.textContent.trim());
const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));

it('the owner shares, edits and manages the members', async () => {
  renderPage({ description: 'In May' });
  await findTitle();
  expect(buttonNames()).toEqual([words.share, words.members, words.edit]);
  expect(screen.getByText('In May')).toBeTruthy();
});

it('a member sees the members, and can leave', async () => {
  renderPage({ role: 'viewer', owner: person('ada') });
  await findTitle();
  expect(buttonNames()).toEqual([words.members, words.leave]);
  expect(screen.getByText(albumTexts.roles.viewer)).toBeTruthy();
});

it('a reader who is no member has no actions', async () => {
  renderPage({ role: null, owner: person('ada'), visibility: 'public' });
  await findTitle();
  expect(screen.queryAllByRole('button')).toEqual([]);
});

it('leaving asks first, and leads to the list of albums', async () => {
  const { requests, go } = renderPage(
    { role: 'contributor', owner: person('ada') },
    { 'DELETE /albums/oslo/members/me': null },
  );
  await click(words.leave);
  expect(requests).toEqual([]);
  const dialog = screen.getByRole('dialog');
  await fireEvent.click(within(dialog).getByText(albumTexts.leave.yes));
  await vi.waitFor(() => expect(go).toHaveBeenCalledWith('/a'));
  expect(requests).toEqual([['DELETE /albums/oslo/members/me', undefined]]);
  expect(toasts.items.at(-1)!.text).toBe(albumTexts.leave.done('Oslo'));
});

it('a refused deletion shows the reason', async () => {
  const refusal = new ApiError(403, 'Only the owner can delete the album.');
  renderPage({}, { 'DELETE /albums/oslo': refusal });
  await click(words.edit);
  await click(albumTexts.remove.action);
  await click(albumTexts.remove.yes);
  expect(await screen.findByText('Only the owner can delete the album.')).toBeTruthy();
});

it('a slow end of the album shows its progress', async () => {
  renderPage(
    { role: 'viewer', owner: person('ada') },
    { 'DELETE /albums/oslo/members/me': () => new Promise(() => undefined) },
  );
  await click(words.leave);
  await fireEvent.click(within(screen.getByRole('dialog')).getByText(albumTexts.leave.yes));
  expect(await screen.findByText(albumTexts.leave.working)).toBeTruthy();
});

it('an album is renamed', async () => {
  const { requests } = renderPage(
    {},
    { 'PATCH /albums/oslo': (change: Partial<Album>) => album(change) },
  );
  await click(words.edit);
  const field = screen.getByLabelText(albumTexts.form.title);
  await fireEvent.input(field, { target: { value: ' Bergen ' } });
  await fireEvent.submit(field.closest('form')!);
  expect(await screen.findByRole('heading', { level: 1, name: 'Bergen' })).toBeTruthy();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(requests[0]![1]).toEqual({ title: 'Bergen', description: null, visibility: 'private' });
});

it('a hidden or deleted album shows a notice', async () => {
  renderPage(new ApiError(404, 'There is no such album.'));
  expect(await screen.findByText(words.missing.title)).toBeTruthy();
});

it('curators review the pictures of guests', async () => {
  const waiting = ['a', 'b'].map((id) => ({ ...picture(id, 'ada'), guest: { name: 'Bea' } }));
  const { requests } = renderPage(
    { role: 'curator', owner: person('ada') },
    {
      'GET /albums/oslo/waiting': page(...waiting),
      'POST /albums/oslo/waiting': { refused: [] },
    },
  );
  const review = albumTexts.review;
  const second = review.one(review.picture(2), 'Bea');
  await fireEvent.click(await screen.findByRole('checkbox', { name: second }));
  await click(review.approve(1));
  await vi.waitFor(() => expect(screen.queryByRole('checkbox', { name: second })).toBeNull());
  const approve = [{ ownerId: 'ada', pictureId: 'b' }];
  expect(requests).toEqual([['POST /albums/oslo/waiting', { approve }]]);

  await click(review.all);
  await click(review.reject(1));
  const dialog = screen.getByRole('dialog');
  await fireEvent.click(within(dialog).getByText(review.reject(1)));
  await vi.waitFor(() => expect(screen.queryByText(review.title)).toBeNull());
  expect(requests[1]![1]).toEqual({ reject: [{ ownerId: 'ada', pictureId: 'a' }] });
});

it('a member chooses whether to be notified of pictures', async () => {
  const { requests } = renderPage(
    { role: 'viewer', owner: person('ada') },
    {
      'GET /albums/oslo/notifications': { pictures: 'all' },
      'PUT /albums/oslo/notifications': (choice: unknown) => choice,
    },
  );
  const button = await screen.findByRole('button', { name: albumTexts.notices.label });
  expect(button.getAttribute('aria-pressed')).toBe('true');
  await fireEvent.click(button);
  await vi.waitFor(() => expect(button.getAttribute('aria-pressed')).toBe('false'));
  expect(requests).toEqual([['PUT /albums/oslo/notifications', { pictures: 'none' }]]);
});
