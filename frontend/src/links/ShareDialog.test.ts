// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { createCall, link, page } from '../albums/test-api';
import type { LinkTarget } from '../api/album-types';
import { ApiError } from '../api/errors';
import type { App } from '../app';
import { linkTexts } from '../texts/links';
import ShareDialog from './ShareDialog.svelte';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
const { share, form, address } = linkTexts;
const URL_OF_LINK = 'https://photos.example/s/secret';

afterEach(cleanup);

function renderDialog(
  routes: Record<string, unknown> = {},
  target: LinkTarget = { albumId: 'oslo' },
  publicPath: string | null = null,
) {
  const { call, requests } = createCall({
    'GET /links': page(link(), link({ id: 'other', albumId: 'rome', name: 'Rome' })),
    'POST /links': link({ id: 'new', ...{ url: URL_OF_LINK, token: 'secret' } }),
    ...routes,
  });
  Object.assign(app, { api: { call } });
  const onmembers = vi.fn();
  const ofAlbum = 'albumId' in target && { onmembers };
  render(ShareDialog, {
    props: { target, title: 'Share', publicPath, onclose: () => undefined, ...ofAlbum },
  });
  return { requests, onmembers };
}

const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));

it('lists the links of the album, and leads to its members', async () => {
  const { onmembers } = renderDialog();
  await screen.findByRole('heading', { name: 'Family' });
  expect(screen.queryByText('Rome')).toBeNull();
  await click(share.manage);
  expect(onmembers).toHaveBeenCalled();
});

it('shows the address of a new link once, as a text and as a QR code', async () => {
  const { requests } = renderDialog();
  await click(share.create);
  await fireEvent.click(screen.getByLabelText(form.upload));
  await fireEvent.click(await screen.findByLabelText(form.review));
  await fireEvent.input(screen.getByLabelText(form.password), { target: { value: 'fern' } });
  await click(form.create);
  const field = await screen.findByLabelText<HTMLInputElement>(address.label);
  expect(field.value).toBe(URL_OF_LINK);
  expect(await screen.findByRole('img', { name: address.qr })).toBeTruthy();
  expect(requests).toEqual([
    [
      'POST /links',
      { albumId: 'oslo', download: false, upload: true, review: true, password: 'fern' },
    ],
  ]);
  await click(address.done);
  expect(screen.queryByDisplayValue(URL_OF_LINK)).toBeNull();
  expect(document.querySelectorAll('li')).toHaveLength(2);
});

it('a picture has links without uploads, and no members', async () => {
  const target = { ownerId: 'me', pictureId: 'fern' };
  const { requests } = renderDialog({}, target);
  expect(await screen.findByText(share.none)).toBeTruthy();
  expect(screen.queryByText(share.people)).toBeNull();
  await click(share.create);
  expect(screen.queryByLabelText(form.upload)).toBeNull();
  await fireEvent.click(screen.getByLabelText(form.download));
  await click(form.create);
  await screen.findByLabelText(address.label);
  expect(requests).toEqual([['POST /links', { ...target, download: true }]]);
});

it('a refused link shows the reason in the form', async () => {
  renderDialog({ 'POST /links': new ApiError(409, 'You have 1,000 links.') });
  await click(share.create);
  await click(form.create);
  expect(await screen.findByText('You have 1,000 links.')).toBeTruthy();
});

it('a date that is missing is marked, and nothing is sent', async () => {
  const { requests } = renderDialog();
  await click(share.create);
  await fireEvent.change(screen.getByLabelText(form.expiry), { target: { value: 'date' } });
  await screen.findByLabelText(form.date);
  await click(form.create);
  expect(await screen.findByText(form.dateMissing)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText(form.date));
  expect(requests).toEqual([]);
});

it('shows the address of the public page, if the site has it', async () => {
  const answer = vi.fn<typeof fetch>();
  vi.stubGlobal('fetch', answer);
  const { publicPage } = linkTexts;
  for (const status of [404, 200]) {
    answer.mockResolvedValue(new Response(null, { status }));
    renderDialog({}, { albumId: 'oslo' }, '/albums/oslo');
    await screen.findByRole('heading', { name: 'Family' });
    await vi.waitFor(() => expect(answer).toHaveBeenCalledWith('/albums/oslo', { method: 'HEAD' }));
    if (status === 200) {
      const field = await screen.findByLabelText<HTMLInputElement>(publicPage.label);
      expect(field.value).toBe(new URL('/albums/oslo', location.href).href);
    } else {
      await Promise.resolve();
      expect(screen.queryByLabelText(publicPage.label)).toBeNull();
    }
    cleanup();
    answer.mockClear();
  }
  vi.unstubAllGlobals();
});
