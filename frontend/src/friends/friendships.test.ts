import { expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Friend, FriendState, LiveMessage, Page, Person } from '../api/types';
import { t } from '../texts';
import { Friendships, neighbourOf } from './friendships.svelte';

const friend = (id: string, state: FriendState, change: Partial<Friend> = {}): Friend => ({
  id,
  handle: id,
  firstName: id,
  lastName: '',
  state,
  since: '2024-05-02T12:00:00Z',
  ...change,
});

/** Fakes the API with pages of `size` people, sorted by id. A cursor is the last id of a page. */
function createServer(people: Map<string, Friend>, size = 2) {
  const friends = vi.fn(
    async (state: FriendState, cursor: string | null): Promise<Page<Friend>> => {
      const all = [...people.values()]
        .filter((person) => person.state === state)
        .sort((a, b) => a.id.localeCompare(b.id));
      const rest = all.filter(({ id }) => id > (cursor ?? ''));
      const items = rest.slice(0, size);
      return { items, cursor: items.length < rest.length ? items.at(-1)!.id : null };
    },
  );
  const befriend = vi.fn(async (id: string) => {
    const state: FriendState = people.get(id)?.state === 'invited' ? 'friends' : 'requested';
    people.set(id, friend(id, state));
    return { state };
  });
  const unfriend = vi.fn(async (id: string) => {
    people.delete(id);
    return { state: null };
  });
  const onAccessChange = vi.fn();
  const api = { friends, befriend, unfriend };
  return { ...api, onAccessChange, friendships: new Friendships(api, onAccessChange) };
}

/** Replies with `page` to the next request when the returned function is called. */
function holdPage(
  friends: ReturnType<typeof createServer>['friends'],
  page: Page<Friend>,
): () => void {
  let release = () => {};
  const held = new Promise<Page<Friend>>((resolve) => (release = () => resolve(page)));
  friends.mockImplementationOnce(() => held);
  return release;
}

const stranger = (id: string): Person => ({ id, handle: id, firstName: id, lastName: '' });
const people = (...all: Friend[]) => new Map(all.map((person) => [person.id, person]));
const idsOf = (friendships: Friendships, state: FriendState) =>
  friendships.lists![state].items.map(({ id }) => id).join('');

it('friends are sorted by name, requests from newest to oldest', async () => {
  const byName = [
    friend('a', 'friends', { firstName: 'Zoe' }),
    friend('b', 'friends', { firstName: 'Ann' }),
  ];
  const all = people(
    ...byName,
    friend('x', 'invited', { since: '2024-01-01T00:00:00Z' }),
    friend('y', 'invited'),
  );
  const { friendships } = createServer(all);
  await friendships.load();
  expect([
    idsOf(friendships, 'friends'),
    idsOf(friendships, 'invited'),
    idsOf(friendships, 'requested'),
  ]).toEqual(['ba', 'yx', '']);
});

it('befriend accepts a request or sends one, and moves one row', async () => {
  const { friendships, friends, onAccessChange } = createServer(people(friend('a', 'invited')));
  await friendships.load();
  friends.mockClear();
  expect(await friendships.befriend(friend('a', 'invited'))).toBe('friends');
  expect(await friendships.befriend(stranger('b'))).toBe('requested');
  expect([
    idsOf(friendships, 'invited'),
    idsOf(friendships, 'friends'),
    idsOf(friendships, 'requested'),
  ]).toEqual(['', 'a', 'b']);
  expect(friendships.get(stranger('b'))?.state).toBe('requested');
  await friendships.unfriend('a');
  expect(friendships.get(stranger('a'))).toBeNull();
  expect(onAccessChange).toHaveBeenCalledTimes(3);
  expect(friends).not.toHaveBeenCalled();
});

it('a list that becomes empty is read on', async () => {
  const { friendships } = createServer(people(...[...'abc'].map((id) => friend(id, 'invited'))), 1);
  await friendships.load();
  await friendships.loadMore('invited');
  await friendships.unfriend('a');
  expect(idsOf(friendships, 'invited')).toBe('b');
  await friendships.unfriend('b');
  expect(idsOf(friendships, 'invited')).toBe('c');
});

it('a new friend is inserted by name', async () => {
  const { friendships } = createServer(
    people(friend('a', 'friends'), friend('c', 'friends'), friend('b', 'invited')),
  );
  await friendships.load();
  await friendships.befriend(friend('b', 'invited'));
  expect(idsOf(friendships, 'friends')).toBe('abc');
});

it('get returns undefined until the lists are read to the end or the person is looked up', async () => {
  const { friendships } = createServer(people(...[...'abcde'].map((id) => friend(id, 'friends'))));
  expect(friendships.get(stranger('e'))).toBeUndefined();
  await friendships.load();
  expect([
    friendships.get(stranger('a'))?.state,
    friendships.get(stranger('e')),
    friendships.get(stranger('z')),
  ]).toEqual(['friends', undefined, undefined]);
  await friendships.lookUp([stranger('e')]);
  expect([friendships.get(stranger('e'))?.state, friendships.get(stranger('z'))]).toEqual([
    'friends',
    undefined,
  ]);
  await friendships.lookUp([stranger('z')]);
  expect(friendships.get(stranger('z'))).toBeNull();
});

it('lookUp stops reading when it has found the person', async () => {
  const { friendships, friends } = createServer(
    people(...[...'abcdefgh'].map((id) => friend(id, 'friends'))),
  );
  await friendships.lookUp([stranger('c')]);
  expect(friends.mock.calls.filter(([state]) => state === 'friends')).toHaveLength(2);
});

it('get returns looked-up people and their changes although the lists failed to load', async () => {
  const { friendships, friends } = createServer(people(friend('a', 'invited')));
  friends.mockRejectedValueOnce(new NetworkError(null));
  await friendships.load();
  await friendships.lookUp([stranger('a')]);
  expect([friendships.lists, friendships.get(stranger('a'))?.state]).toEqual([null, 'invited']);
  await friendships.befriend(stranger('a'));
  expect(friendships.get(stranger('a'))?.state).toBe('friends');
  await friendships.unfriend('a');
  expect(friendships.get(stranger('a'))).toBeNull();
});

it('get returns undefined after a failed lookUp', async () => {
  const { friendships, friends } = createServer(people(friend('a', 'invited')));
  friends.mockRejectedValueOnce(new NetworkError(null));
  await expect(friendships.lookUp([stranger('a')])).rejects.toThrow(NetworkError);
  expect(friendships.get(stranger('a'))).toBeUndefined();
});

it('lookUp moves the row of a person whose state has changed', async () => {
  const all = people(friend('a', 'requested'));
  const { friendships } = createServer(all);
  await friendships.load();
  all.set('a', friend('a', 'friends'));
  await friendships.lookUp([stranger('a')]);
  expect([idsOf(friendships, 'requested'), idsOf(friendships, 'friends')]).toEqual(['', 'a']);
});

it('lookUp repeats its reads if a person changes meanwhile', async () => {
  const { friendships, friends } = createServer(people(friend('a', 'friends')));
  await friendships.load();
  const release = holdPage(friends, { items: [friend('a', 'invited')], cursor: null });
  const seeking = friendships.lookUp([stranger('a')]);
  await friendships.unfriend('a');
  release();
  await seeking;
  expect(friendships.get(stranger('a'))).toBeNull();
});

it('a load is repeated if a person changes meanwhile', async () => {
  const { friendships, friends } = createServer(people(friend('a', 'friends')));
  const release = holdPage(friends, { items: [friend('a', 'invited')], cursor: null });
  const loading = friendships.load();
  await friendships.unfriend('a');
  release();
  await loading;
  expect([
    idsOf(friendships, 'invited'),
    idsOf(friendships, 'friends'),
    friendships.loading,
  ]).toEqual(['', '', false]);
});

it('load reads as many pages as were shown', async () => {
  const { friendships } = createServer(people(...[...'abcde'].map((id) => friend(id, 'friends'))));
  await friendships.load();
  expect(idsOf(friendships, 'friends')).toBe('ab');
  await friendships.loadMore('friends');
  expect(idsOf(friendships, 'friends')).toBe('abcd');
  await friendships.unfriend('b');
  expect(idsOf(friendships, 'friends')).toBe('acd');
  await friendships.load();
  expect([idsOf(friendships, 'friends'), friendships.lists!.friends.cursor]).toEqual([
    'acde',
    null,
  ]);
});

it('load skips empty pages', async () => {
  const { friendships, friends } = createServer(people(friend('a', 'friends')));
  friends.mockImplementation(async (state, cursor) =>
    cursor ? { items: [friend('z', state)], cursor: null } : { items: [], cursor: '1' },
  );
  await friendships.load();
  expect(idsOf(friendships, 'friends')).toBe('z');
});

it('a rejected befriend throws the error of the API and changes nothing', async () => {
  const { friendships, befriend, onAccessChange } = createServer(people(friend('a', 'friends')));
  await friendships.load();
  befriend.mockRejectedValueOnce(new ApiError(409, 'You have 5,000 friends.'));
  await expect(friendships.befriend(stranger('b'))).rejects.toThrow('You have 5,000 friends.');
  expect([idsOf(friendships, 'friends'), friendships.error]).toEqual(['a', null]);
  expect(onAccessChange).not.toHaveBeenCalled();
});

it('a failed load keeps the lists and sets the error until the next load', async () => {
  const all = people(friend('a', 'friends'));
  const { friendships, friends } = createServer(all);
  await friendships.load();
  await friendships.unfriend('a');
  all.set('b', friend('b', 'friends'));
  friends.mockRejectedValueOnce(new NetworkError(null));
  await friendships.load();
  expect([idsOf(friendships, 'friends'), friendships.error, friendships.loading]).toEqual([
    '',
    t.errors.network,
    false,
  ]);
  await friendships.load();
  expect([idsOf(friendships, 'friends'), friendships.error]).toEqual(['b', null]);
});

it('a late reply does not replace a newer one', async () => {
  const { friendships, friends } = createServer(people(friend('a', 'friends')));
  const release = holdPage(friends, { items: [friend('old', 'invited')], cursor: null });
  const slow = friendships.load();
  await friendships.load();
  release();
  await slow;
  expect([
    idsOf(friendships, 'invited'),
    idsOf(friendships, 'friends'),
    friendships.loading,
  ]).toEqual(['', 'a', false]);
});

const message = (id: string, state: FriendState | null): LiveMessage => ({
  type: state === 'friends' ? 'friend.accepted' : state ? 'friend.requested' : 'friend.removed',
  id: `${id}-${state}`,
  at: '2026-01-01T00:00:00Z',
  user: stranger(id),
  state,
});

it('live messages move rows without requests', async () => {
  const { friendships, friends, onAccessChange } = createServer(people(friend('a', 'requested')));
  await friendships.load();
  friends.mockClear();
  await friendships.applyMessage(message('b', 'invited'));
  expect([idsOf(friendships, 'invited'), idsOf(friendships, 'requested')]).toEqual(['b', 'a']);
  expect(onAccessChange).not.toHaveBeenCalled();
  await friendships.applyMessage(message('a', 'friends'));
  expect([idsOf(friendships, 'requested'), idsOf(friendships, 'friends')]).toEqual(['', 'a']);
  expect(friendships.get(stranger('a'))?.since).toBe('2026-01-01T00:00:00Z');
  await friendships.applyMessage(message('a', null));
  await friendships.applyMessage(message('b', null));
  expect([friendships.get(stranger('a')), friendships.get(stranger('b'))]).toEqual([null, null]);
  // The new friendship and its end each change the visible pictures.
  expect(onAccessChange).toHaveBeenCalledTimes(2);
  expect(friends).not.toHaveBeenCalled();
});

it('the live message of the member’s own action changes nothing', async () => {
  const { friendships, onAccessChange } = createServer(people(friend('a', 'invited')));
  await friendships.load();
  await friendships.befriend(stranger('a'));
  const since = friendships.get(stranger('a'))?.since;
  await friendships.applyMessage(message('a', 'friends'));
  expect([friendships.get(stranger('a'))?.since, onAccessChange.mock.calls.length]).toEqual([
    since,
    1,
  ]);
});

it('lookUp finds several people in one pass over the lists', async () => {
  const all = [...'abcd'].map((id) => friend(id, 'friends'));
  const { friendships, friends } = createServer(people(...all));
  await friendships.lookUp([stranger('d'), stranger('a'), stranger('z')]);
  const states = [...'daz'].map((id) => friendships.get(stranger(id))?.state ?? null);
  expect(states).toEqual(['friends', 'friends', null]);
  expect(friends.mock.calls.filter(([state]) => state === 'friends')).toHaveLength(2);
});

it('an aborted lookUp stops reading', async () => {
  const all = [...'abcdef'].map((id) => friend(id, 'friends'));
  const { friendships, friends } = createServer(people(...all));
  const controller = new AbortController();
  const lookUp = friendships.lookUp([stranger('z')], controller.signal);
  controller.abort(new Error('aborted'));
  await expect(lookUp).rejects.toThrow('aborted');
  expect(friends.mock.calls.filter(([state]) => state === 'friends')).toHaveLength(1);
  expect(friendships.get(stranger('z'))).toBeUndefined();
});

it('a load is repeated if a live message arrives meanwhile', async () => {
  const { friendships, friends } = createServer(people());
  const release = holdPage(friends, { items: [friend('a', 'invited')], cursor: null });
  const loading = friendships.load();
  const applying = friendships.applyMessage(message('a', null));
  release();
  await Promise.all([loading, applying]);
  expect(idsOf(friendships, 'invited')).toBe('');
});

it('neighbourOf returns the next person, or the previous one at the end', () => {
  const list = [...'abc'].map((id) => friend(id, 'friends'));
  expect(['a', 'b', 'c', 'z'].map((id) => neighbourOf(list, id)?.id)).toEqual([
    'b',
    'c',
    'b',
    undefined,
  ]);
  expect(neighbourOf(list.slice(0, 1), 'a')).toBeNull();
});
