// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { Album } from '../api/album-types';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { LiveMessage, RuleProgress } from '../api/types';
import type { App } from '../app';
import { Library } from '../feed/library.svelte';
import { router } from '../router.svelte';
import { t } from '../texts';
import { albumTexts } from '../texts/albums';
import { linkTexts } from '../texts/links';
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
  const listeners = new Set<(message: LiveMessage) => void>();
  const onMessage = (listener: (message: LiveMessage) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const live = { onMessage, onGap: () => () => undefined };
  const session = { person: person('me') };
  const uploads = { hasPicture: () => false };
  Object.assign(app, { api, library, live, session, uploads, userId: 'me' });
  const go = vi.spyOn(router, 'go').mockReturnValue();
  render(AlbumPage, { id: 'oslo' });
  /** Reports that an album changed. */
  const sendChange = (albumId: string) => {
    const message = { type: 'album.changed', albumId, id: '1', at: '2026-01-02T03:04:05Z' };
    for (const listener of listeners) listener(message as LiveMessage);
  };
  return { requests, go, sendChange };
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

it('pictures of guests that wait in a smart album can only be rejected', async () => {
  const { requests } = renderPage(
    { rule: 'True' },
    {
      'GET /albums/oslo/waiting': page({ ...picture('a'), guest: { name: 'Bea' } }),
      'POST /albums/oslo/waiting': { refused: [] },
    },
  );
  const review = albumTexts.review;
  await click(review.all);
  expect(screen.getByText(review.smart, { exact: false })).toBeTruthy();
  expect(screen.queryByRole('button', { name: review.approve(1) })).toBeNull();
  await click(review.reject(1));
  await fireEvent.click(within(screen.getByRole('dialog')).getByText(review.reject(1)));
  await vi.waitFor(() => expect(screen.queryByText(review.title)).toBeNull());
  expect(requests[0]![1]).toEqual({ reject: [{ ownerId: 'me', pictureId: 'a' }] });
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

it('a smart album shows its rule, which the owner edits, and takes no pictures', async () => {
  renderPage({ rule: 'picture.iso == 100', count: 0 });
  await findTitle();
  expect(screen.getByText(albumTexts.smart.label)).toBeTruthy();
  expect(screen.getByText('picture.iso == 100')).toBeTruthy();
  const link = screen.getByRole('link', { name: albumTexts.smart.edit });
  expect(link.getAttribute('href')).toBe('/a/oslo/rule');
  expect(await screen.findByText(albumTexts.smart.empty.title)).toBeTruthy();
  expect(screen.queryByText(words.empty.choose)).toBeNull();
});

it('a member of a smart album cannot edit its rule', async () => {
  renderPage({ smart: true, role: 'curator', owner: person('ada') });
  await findTitle();
  expect(screen.getByText(albumTexts.smart.label)).toBeTruthy();
  expect(screen.queryByRole('link', { name: albumTexts.smart.edit })).toBeNull();
});

const { progress: progressWords, sharing } = albumTexts.smart;
const smart = (ruleProgress: RuleProgress, details: Partial<Album> = {}) =>
  album({ rule: 'True', ruleProgress, ...details });

it('a smart album shows how far its rule was applied, and follows its changes', async () => {
  let reply = smart({ state: 'running', read: 3000 }, { count: 40 });
  const { sendChange } = renderPage({}, { 'GET /albums/oslo': () => reply });
  const number = await screen.findByText(progressWords.running(3000));
  expect(number.textContent).toContain('3,000');
  expect(number.closest('[role="status"], [aria-live]')).toBeNull();
  const status = screen.getByText(progressWords.started);
  expect(status.getAttribute('role')).toBe('status');
  const announcements = vi.fn();
  new MutationObserver(announcements).observe(status, { childList: true, subtree: true });
  expect(screen.getByText(albumTexts.count(40))).toBeTruthy();

  reply = smart({ state: 'running', read: 4000 }, { count: 50 });
  sendChange('rome');
  await Promise.resolve();
  expect(number.textContent).toBe(progressWords.running(3000));
  sendChange('oslo');
  await vi.waitFor(() => expect(number.textContent).toBe(progressWords.running(4000)));
  expect(screen.getByText(albumTexts.count(50))).toBeTruthy();
  expect([status.textContent, announcements.mock.calls.length]).toEqual([progressWords.started, 0]);

  reply = smart({ state: 'complete', read: 4200 }, { count: 60 });
  sendChange('oslo');
  await screen.findByText(albumTexts.count(60));
  expect(number.isConnected).toBe(false);
  // The same element, so that screen readers announce its changes.
  expect([status.isConnected, status.textContent]).toEqual([true, '']);
});

it('an earlier reply does not replace a later one', async () => {
  const replies: ((album: Album) => void)[] = [];
  const { sendChange } = renderPage(
    {},
    { 'GET /albums/oslo': () => new Promise((resolve) => replies.push(resolve)) },
  );
  await vi.waitFor(() => expect(replies).toHaveLength(1));
  sendChange('oslo');
  await vi.waitFor(() => expect(replies).toHaveLength(2));
  replies[1]!(smart({ state: 'complete', read: 2000 }, { count: 60 }));
  await screen.findByText(albumTexts.count(60));
  replies[0]!(smart({ state: 'running', read: 1000 }, { count: 40 }));
  await new Promise((resolve) => setTimeout(resolve));
  expect(screen.queryByText(progressWords.running(1000))).toBeNull();
  expect(screen.getByText(albumTexts.count(60))).toBeTruthy();
});

it('a full smart album says that it has the newest matches', async () => {
  renderPage(smart({ state: 'full', read: 30_000 }));
  expect(await screen.findByText(progressWords.full)).toBeTruthy();
});

it('a complete smart album shows no progress', async () => {
  renderPage(smart({ state: 'complete', read: 30_000 }));
  await findTitle();
  expect(screen.queryByText(progressWords.running(30_000))).toBeNull();
  expect(screen.queryByText(progressWords.full)).toBeNull();
  expect(screen.queryByRole('link', { name: progressWords.correct })).toBeNull();
  expect(screen.queryByText(progressWords.skipped)).toBeNull();
});

it('a rule that fails leads to the picture and to the rule', async () => {
  const error = { pictureId: 'fern', line: 2, column: 5, message: 'None has no order.' };
  renderPage(smart({ state: 'complete', read: 2, error }));
  expect(await screen.findByText(progressWords.failure('None has no order.', 2, 5))).toBeTruthy();
  const hrefOf = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
  expect(hrefOf(progressWords.showFailing)).toBe('/p/me/fern');
  expect(hrefOf(progressWords.correct)).toBe('/a/oslo/rule');
});

it('a smart album names a picture that it cannot take', async () => {
  renderPage(smart({ state: 'running', read: 2, skipped: 'moss' }));
  expect(await screen.findByText(progressWords.skipped)).toBeTruthy();
  const link = screen.getByRole('link', { name: progressWords.showSkipped });
  expect(link.getAttribute('href')).toBe('/p/me/moss');
});

it.each([
  ['picture.place is None', 1],
  ['picture.iso == 100', 0],
])('warns before an album with the rule %s is shared', async (rule, count) => {
  renderPage({ rule }, { 'GET /links': page(), 'GET /albums/oslo/members': page() });
  await click(words.share);
  await screen.findByText(linkTexts.share.none);
  expect(screen.queryAllByText(sharing)).toHaveLength(count);
  await click(t.words.close);

  await click(words.edit);
  expect(screen.queryByText(sharing, { exact: false })).toBeNull();
  await fireEvent.click(screen.getByLabelText(albumTexts.visibility.friends));
  expect(screen.queryAllByText(sharing, { exact: false })).toHaveLength(count);
});
