// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { album, createCall, link, page, picture } from '../albums/test-api';
import type { Link } from '../api/album-types';
import { NetworkError } from '../api/errors';
import type { App } from '../app';
import { t } from '../texts';
import { linkTexts } from '../texts/links';
import LinksPage from './LinksPage.svelte';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
const words = linkTexts.link;

afterEach(cleanup);

function renderPage(routes: Record<string, unknown> = {}) {
  const { albumId: _, ...ofPicture } = link({ id: 'fern', name: null, ownerId: 'me' });
  const links = [
    link({
      visits: 12,
      lastVisitedAt: '2026-11-28T00:00:00Z',
      expiresAt: '2020-01-01T00:00:00Z',
      hasPassword: true,
      rights: { download: true, upload: true },
      review: true,
    }),
    { ...ofPicture, pictureId: 'fern' },
  ];
  const { call, requests } = createCall({
    'GET /links': page<Link>(...links),
    'GET /albums/oslo': album(),
    ...routes,
  });
  const getPicture = async () => ({ ...picture('fern'), caption: 'Ferns' });
  Object.assign(app, { api: { call, getPicture } });
  render(LinksPage);
  return { requests };
}

const actionButton = (action: string, name: string) =>
  screen.findByRole('button', { name: words.actionFor(action, name) });

it('a link has its target, rights, end and visits', async () => {
  renderPage();
  const target = await screen.findByRole('link', { name: 'Oslo' });
  expect(target.getAttribute('href')).toBe('/a/oslo');
  const row = target.closest('li')!.textContent;
  for (const text of [words.downloads, words.reviewed, words.password, words.visits(12), 'Expired'])
    expect(row).toContain(text);
  const fern = await screen.findByRole('link', { name: 'Ferns' });
  expect(fern.getAttribute('href')).toBe('/p/me/fern');
  const other = fern.closest('li')!.textContent;
  for (const text of [words.unnamed, words.noVisits, words.never]) expect(other).toContain(text);
});

it('an edit keeps the password and the end', async () => {
  const { requests } = renderPage({ 'PATCH /links/link': link({ name: 'Everyone' }) });
  await fireEvent.click(await actionButton(words.edit, 'Family'));
  const field = screen.getByLabelText(linkTexts.form.name);
  await fireEvent.input(field, { target: { value: 'Everyone' } });
  await fireEvent.submit(field.closest('form')!);
  expect(await screen.findByRole('heading', { name: 'Everyone' })).toBeTruthy();
  expect(requests).toEqual([
    ['PATCH /links/link', { name: 'Everyone', download: true, upload: true, review: true }],
  ]);
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('a replaced address is shown once', async () => {
  const replaced = { ...link(), url: '/s/secret', token: 'secret' };
  renderPage({ 'POST /links/link/token': replaced });
  await fireEvent.click(await actionButton(words.replace, 'Family'));
  await fireEvent.click(screen.getByRole('button', { name: linkTexts.replace.yes }));
  const field = await screen.findByLabelText<HTMLInputElement>(linkTexts.address.label);
  expect(field.value).toBe(new URL('/s/secret', location.href).href);
});

it('a revoked link is gone after a confirmation', async () => {
  const { requests } = renderPage({ 'DELETE /links/link': null });
  await fireEvent.click(await actionButton(words.revoke, 'Family'));
  expect(requests).toEqual([]);
  const dialog = screen.getByRole('dialog');
  await fireEvent.click(within(dialog).getByText(linkTexts.revoke.yes));
  await vi.waitFor(() => expect(screen.queryByText('Family')).toBeNull());
  expect(requests).toEqual([['DELETE /links/link', undefined]]);
});

it('a failed read can be repeated', async () => {
  const routes: Record<string, unknown> = { 'GET /links': new NetworkError(null) };
  renderPage(routes);
  expect(await screen.findByText(t.errors.network)).toBeTruthy();
  expect(screen.getByRole('button', { name: t.words.retry })).toBeTruthy();
});

it('a member without links learns how to create one', async () => {
  renderPage({ 'GET /links': page() });
  expect(await screen.findByText(linkTexts.none.title)).toBeTruthy();
});
