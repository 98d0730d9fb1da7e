// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { Album, AlbumMember } from '../api/album-types';
import { ApiError } from '../api/errors';
import type { App } from '../app';
import { albumTexts } from '../texts/albums';
import MembersDialog from './MembersDialog.svelte';
import { album, createCall, friend, page, person } from './test-api';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
const words = albumTexts.members;
const nameOf = (id: string) => `${id} Atkins (@${id})`;

afterEach(cleanup);

function renderDialog(details: Partial<Album> = {}, routes: Record<string, unknown> = {}) {
  const bea: AlbumMember = { ...person('bea'), role: 'viewer', since: '2026-01-02T03:04:05Z' };
  const { call, requests } = createCall({ 'GET /albums/oslo/members': page(bea), ...routes });
  const api = { call, friends: async () => page(friend('bea'), friend('cleo'), friend('dora')) };
  Object.assign(app, { api, userId: 'me' });
  render(MembersDialog, { album: album(details), onclose: () => undefined });
  return { requests };
}

it('the owner changes a role and removes a member', async () => {
  const member = '/albums/oslo/members/bea';
  const { requests } = renderDialog({}, { [`PUT ${member}`]: null, [`DELETE ${member}`]: null });
  const role = await screen.findByRole('combobox', { name: words.role(nameOf('bea')) });
  await fireEvent.change(role, { target: { value: 'curator' } });
  await vi.waitFor(() => expect(requests).toEqual([[`PUT ${member}`, { role: 'curator' }]]));
  await fireEvent.click(screen.getByRole('button', { name: words.removeOne(nameOf('bea')) }));
  await screen.findByText(words.none);
  expect(requests.at(-1)![0]).toBe(`DELETE ${member}`);
});

it('friends who are no members can be added, and a refusal names its reason', async () => {
  const { requests } = renderDialog(
    {},
    {
      'PUT /albums/oslo/members/cleo': null,
      'PUT /albums/oslo/members/dora': new ApiError(409, 'The album is full.'),
    },
  );
  const boxes = await screen.findAllByRole('checkbox');
  expect(boxes).toHaveLength(2);
  for (const box of boxes) await fireEvent.click(box);
  await fireEvent.change(screen.getByLabelText(words.roleOfNew), { target: { value: 'curator' } });
  await fireEvent.click(screen.getByRole('button', { name: words.addChosen(2) }));
  await screen.findByText(words.notAdded(1, 2, 'The album is full.'));
  expect(requests.map(([, body]) => body)).toEqual([{ role: 'curator' }, { role: 'curator' }]);
});

it('a viewer sees the members without actions', async () => {
  renderDialog({ role: 'viewer', owner: person('ada') });
  expect(await screen.findByText('bea Atkins')).toBeTruthy();
  expect(screen.getByText('ada Atkins')).toBeTruthy();
  expect(screen.queryByRole('combobox')).toBeNull();
  expect(screen.queryByRole('checkbox')).toBeNull();
});
