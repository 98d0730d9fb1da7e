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
  const friends = vi.fn(async () => page(friend('bea'), friend('cleo'), friend('dora')));
  Object.assign(app, { api: { call, friends }, userId: 'me' });
  const onrefused = vi.fn();
  const { rerender } = render(MembersDialog, {
    ...{ album: album(details), onrefused, onclose: () => undefined },
  });
  return { call, friends, onrefused, requests, rerender };
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

it('after the end of a friendship, one sentence gives the reason, and the friend is gone', async () => {
  const reason = 'You can only add your friends to an album.';
  const { friends, onrefused } = renderDialog(
    {},
    { 'PUT /albums/oslo/members/cleo': new ApiError(409, reason) },
  );
  await fireEvent.click(await screen.findByRole('checkbox', { name: /cleo/ }));
  friends.mockResolvedValue(page(friend('bea'), friend('dora')));
  await fireEvent.click(screen.getByRole('button', { name: words.addChosen(1) }));
  await screen.findByText(words.notAdded(1, 1, reason));
  await vi.waitFor(() => expect(screen.queryByRole('checkbox', { name: /cleo/ })).toBeNull());
  expect(screen.getByRole('button', { name: words.addChosen(0) })).toBeTruthy();
  expect(screen.getAllByText(reason, { exact: false })).toHaveLength(1);
  expect(onrefused).toHaveBeenCalledOnce();
});

it('a refused role is not shown, and the actions go with the role of the member', async () => {
  const reason = 'Only the owner and the curators of an album can change members.';
  const curator = { role: 'curator', owner: person('ada') } as const;
  const { onrefused, rerender } = renderDialog(curator, {
    'PUT /albums/oslo/members/bea': new ApiError(403, reason),
  });
  const name = words.role(nameOf('bea'));
  const role = await screen.findByRole<HTMLSelectElement>('combobox', { name });
  await fireEvent.change(role, { target: { value: 'curator' } });
  await screen.findByText(reason);
  await vi.waitFor(() => expect(role.value).toBe('viewer'));
  expect(onrefused).toHaveBeenCalledOnce();
  await rerender({ album: album({ ...curator, role: 'viewer' }) });
  expect(screen.queryByRole('combobox')).toBeNull();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.getByText(reason)).toBeTruthy();
});

it('the owner is warned before they add members to an album of places', async () => {
  renderDialog({ rule: 'picture.place is None' });
  expect(await screen.findByText(albumTexts.smart.sharing)).toBeTruthy();
  cleanup();
  renderDialog({ rule: 'picture.iso == 100' });
  await screen.findByText(words.addText);
  expect(screen.queryByText(albumTexts.smart.sharing)).toBeNull();
});
