import { expect, it, vi } from 'vitest';
import type { AlbumMember, MemberRole } from '../api/album-types';
import { ApiError, NetworkError } from '../api/errors';
import type { Friend, Page } from '../api/types';
import { t } from '../texts';
import { Members } from './members.svelte';

const friend = (id: string) => ({ id, handle: id, state: 'friends' }) as Friend;

/** Creates the members of an album, each with one letter as id, in pages. */
function createMembers(stored: string, friends: string) {
  let ids = [...stored];
  const api = {
    members: vi.fn(async (_: string, cursor: string | null): Promise<Page<AlbumMember>> => {
      const from = Number(cursor ?? 0);
      const items = ids
        .slice(from, from + 2)
        .map((id) => ({ id, handle: id, role: 'viewer' }) as AlbumMember);
      return { items, cursor: from + 2 < ids.length ? String(from + 2) : null };
    }),
    setMember: vi.fn(async (_: string, id: string, _role: MemberRole) => {
      if (id === 'x') throw new ApiError(409, 'You are not friends.');
      if (!ids.includes(id)) ids.push(id);
    }),
    removeMember: vi.fn(async (_: string, id: string) => {
      ids = ids.filter((other) => other !== id);
    }),
    friends: vi.fn(async () => ({ items: [...friends].map(friend), cursor: null })),
  };
  return { api, members: new Members(api, 'album') };
}

const idsOf = (items: readonly { id: string }[] | null) => items?.map(({ id }) => id).join('');

it('reads all pages, and offers the friends who are no members', async () => {
  const { members } = createMembers('abc', 'bcd');
  await Promise.all([members.load(), members.loadFriends()]);
  expect([idsOf(members.items), idsOf(members.candidates)]).toEqual(['abc', 'd']);
});

it('adds friends, and returns those that the API refused', async () => {
  const { api, members } = createMembers('a', 'bx');
  await Promise.all([members.load(), members.loadFriends()]);
  expect(await members.add(['b', 'x'], 'curator')).toEqual({
    failed: ['x'],
    reason: 'You are not friends.',
  });
  expect(api.setMember).toHaveBeenCalledWith('album', 'b', 'curator');
  expect([idsOf(members.items), idsOf(members.candidates)]).toEqual(['ab', 'x']);
});

it('changes a role and removes a member without another read', async () => {
  const { api, members } = createMembers('ab', '');
  await members.load();
  await members.setRole('a', 'curator');
  await members.remove('b');
  expect(members.items).toMatchObject([{ id: 'a', role: 'curator' }]);
  expect(api.members).toHaveBeenCalledTimes(1);
});

it('reports failed reads', async () => {
  const { api, members } = createMembers('a', '');
  api.members.mockRejectedValueOnce(new NetworkError(null));
  api.friends.mockRejectedValueOnce(new NetworkError(null));
  await Promise.all([members.load(), members.loadFriends()]);
  expect([members.error, members.friendsError]).toEqual([t.errors.network, t.errors.network]);
});
