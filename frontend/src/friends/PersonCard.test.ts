// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { FriendState } from '../api/types';
import { t } from '../texts';
import { announcer } from '../ui/announce.svelte';
import { Friendships } from './friendships.svelte';
import PersonCard from './PersonCard.svelte';
import type { Relation } from './person-actions';

const ada = { id: 'ada', handle: 'ada', firstName: 'Ada', lastName: 'Lovelace' };
const NAME = 'Ada Lovelace (@ada)';
const api = {
  friends: vi.fn(),
  befriend: vi.fn(async (): Promise<{ state: FriendState }> => ({ state: 'requested' })),
  unfriend: vi.fn(async () => ({ state: null })),
};

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

function renderCard(relation: Relation) {
  const onsuccess = vi.fn();
  const friendships = new Friendships(api, () => undefined);
  render(PersonCard, { person: ada, relation, friendships, onact: () => onsuccess });
  return onsuccess;
}

const buttonOf = (action: string) =>
  screen.getByRole('button', { name: t.friends.actionFor(action, NAME) });

it('a request is sent at once and announced', async () => {
  const onsuccess = renderCard('stranger');
  await fireEvent.click(buttonOf(t.friends.ask));
  await vi.waitFor(() => expect(onsuccess).toHaveBeenCalledOnce());
  expect(announcer.text).toBe(t.friends.announcements.asked(NAME));
});

it('a friendship ends only after a confirmation', async () => {
  renderCard('friends');
  await fireEvent.click(buttonOf(t.friends.unfriend));
  expect(api.unfriend).not.toHaveBeenCalled();
  expect(screen.getByRole('group', { name: t.friends.confirmUnfriend(NAME) })).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: t.friends.unfriend }));
  await vi.waitFor(() => expect(announcer.text).toBe(t.friends.announcements.unfriended(NAME)));
  expect(api.unfriend).toHaveBeenCalledWith('ada');
});

it('Escape cancels the confirmation and focuses the button that asked', async () => {
  renderCard('friends');
  await fireEvent.click(buttonOf(t.friends.unfriend));
  const keepButton = screen.getByRole('button', { name: t.friends.stayFriends });
  expect(document.activeElement).toBe(keepButton);
  await fireEvent.keyDown(keepButton, { key: 'Escape' });
  expect(document.activeElement).toBe(buttonOf(t.friends.unfriend));
  expect(api.unfriend).not.toHaveBeenCalled();
});

it('a failed action shows its error and keeps the button', async () => {
  api.befriend.mockRejectedValueOnce(new NetworkError(null));
  const onsuccess = renderCard('stranger');
  await fireEvent.click(buttonOf(t.friends.ask));
  expect(await screen.findByText(t.errors.network)).toBeTruthy();
  expect(buttonOf(t.friends.ask)).toBeTruthy();
  expect(onsuccess).not.toHaveBeenCalled();
});
