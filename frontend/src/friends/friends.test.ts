import { expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError, NetworkError } from '../api/errors';
import type { Friend, FriendState, Page } from '../api/types';
import { t } from '../texts';
import { Friends, neighbour } from './friends.svelte';

const friend = (id: string, state: FriendState, change: Partial<Friend> = {}): Friend =>
  ({ id, handle: id, firstName: id, lastName: '', state, since: '2024-05-02T12:00:00Z', ...change });

/** The API over a map of people, `size` on a page; cursors are positions. */
function server(people: Map<string, Friend>, size = 2) {
  const friends = vi.fn(async (state: FriendState, cursor: string | null): Promise<Page<Friend>> => {
    const all = [...people.values()].filter((person) => person.state === state);
    const end = Number(cursor) + size;
    return { items: all.slice(Number(cursor), end), cursor: end < all.length ? String(end) : null };
  });
  const befriend = vi.fn(async (id: string) => {
    const state: FriendState = people.get(id)?.state === 'invited' ? 'friends' : 'requested';
    people.set(id, friend(id, state));
    return { state };
  });
  const unfriend = vi.fn(async (id: string) => (people.delete(id), { state: null }));
  const onChange = vi.fn();
  const api = { friends, befriend, unfriend };
  return { ...api, onChange, mine: new Friends(api as unknown as Api, onChange) };
}

const people = (...all: Friend[]) => new Map(all.map((person) => [person.id, person]));
const ids = (mine: Friends, state: FriendState) => mine.lists![state].items.map(({ id }) => id).join('');

it('sorts friends by name and requests by time, the newest first', async () => {
  const all = people(friend('b', 'friends'), friend('a', 'friends'), friend('x', 'invited', { since: '2024-01-01T00:00:00Z' }), friend('y', 'invited'));
  const { mine } = server(all);
  await mine.load();
  expect([ids(mine, 'friends'), ids(mine, 'invited'), ids(mine, 'requested')]).toEqual(['ab', 'yx', '']);
});

it('accepts where they asked, asks where they did not, and reads anew', async () => {
  const { mine, onChange } = server(people(friend('a', 'invited')));
  await mine.load();
  expect(await mine.befriend('a')).toBe('friends');
  expect(await mine.befriend('b')).toBe('requested');
  expect([ids(mine, 'invited'), ids(mine, 'friends'), ids(mine, 'requested')]).toEqual(['', 'a', 'b']);
  expect(mine.of(friend('b', 'friends'))?.state).toBe('requested');
  await mine.unfriend('a');
  expect(mine.of(friend('a', 'friends'))).toBeNull();
  expect(onChange).toHaveBeenCalledTimes(3);
});

it('reads on, and keeps what was shown when it reads anew', async () => {
  const { mine } = server(people(...[...'abcde'].map((id) => friend(id, 'friends'))));
  await mine.load();
  expect(ids(mine, 'friends')).toBe('ab');
  await mine.more('friends');
  expect(ids(mine, 'friends')).toBe('abcd');
  await mine.unfriend('b');
  expect(ids(mine, 'friends')).toBe('acde');
  await mine.more('friends');
  expect([ids(mine, 'friends'), mine.lists!.friends.cursor]).toEqual(['acde', null]);
});

it('reads through pages on which nobody is left', async () => {
  const { mine, friends } = server(people(friend('a', 'friends')));
  friends.mockImplementation(async (state, cursor) => (cursor ? { items: [friend('z', state)], cursor: null } : { items: [], cursor: '1' }));
  await mine.load();
  expect(ids(mine, 'friends')).toBe('z');
});

it('hands on what the API refuses, and changes nothing', async () => {
  const { mine, befriend, onChange } = server(people(friend('a', 'friends')));
  await mine.load();
  befriend.mockRejectedValueOnce(new ApiError(409, 'You have 5,000 friends.'));
  await expect(mine.befriend('b')).rejects.toThrow('You have 5,000 friends.');
  expect([ids(mine, 'friends'), mine.error]).toEqual(['a', null]);
  expect(onChange).not.toHaveBeenCalled();
});

it('keeps what it has when it cannot read anew, says so, and can be tried again', async () => {
  const { mine, friends } = server(people(friend('a', 'friends')));
  await mine.load();
  friends.mockRejectedValueOnce(new NetworkError(null));
  await mine.unfriend('a');
  expect([ids(mine, 'friends'), mine.error, mine.loading]).toEqual(['a', t.errors.network, false]);
  await mine.load();
  expect([ids(mine, 'friends'), mine.error]).toEqual(['', null]);
});

it('takes no old reply for a newer one', async () => {
  const all = people(friend('a', 'friends'));
  const { mine, friends } = server(all);
  let release = () => {};
  friends.mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return { items: [friend('old', 'invited')], cursor: null };
  });
  const slow = mine.load();
  await mine.load();
  release();
  await slow;
  expect([ids(mine, 'invited'), ids(mine, 'friends'), mine.loading]).toEqual(['', 'a', false]);
});

it('knows who takes the place of one who leaves', () => {
  const list = [...'abc'].map((id) => friend(id, 'friends'));
  expect(['a', 'b', 'c', 'z'].map((id) => neighbour(list, id)?.id)).toEqual(['b', 'c', 'b', undefined]);
  expect(neighbour(list.slice(0, 1), 'a')).toBeNull();
});
