import { expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError, NetworkError } from '../api/errors';
import type { Friend, FriendState, LiveMessage, Page, Person } from '../api/types';
import { t } from '../texts';
import { Friends, neighbour } from './friends.svelte';

const friend = (id: string, state: FriendState, change: Partial<Friend> = {}): Friend => ({
  id,
  handle: id,
  firstName: id,
  lastName: '',
  state,
  since: '2024-05-02T12:00:00Z',
  ...change,
});

/** The API over a map of people, `size` on a page, by id; a cursor is the last id. */
function server(people: Map<string, Friend>, size = 2) {
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
  const unfriend = vi.fn(async (id: string) => (people.delete(id), { state: null }));
  const onChange = vi.fn();
  const api = { friends, befriend, unfriend };
  return { ...api, onChange, mine: new Friends(api as unknown as Api, onChange) };
}

/** The next page is `page`, and comes when what this gives is called. */
function hold(friends: ReturnType<typeof server>['friends'], page: Page<Friend>): () => void {
  let release = () => {};
  const held = new Promise<Page<Friend>>((resolve) => (release = () => resolve(page)));
  friends.mockImplementationOnce(() => held);
  return release;
}

const stranger = (id: string): Person => ({ id, handle: id, firstName: id, lastName: '' });
const people = (...all: Friend[]) => new Map(all.map((person) => [person.id, person]));
const ids = (mine: Friends, state: FriendState) =>
  mine.lists![state].items.map(({ id }) => id).join('');

it('sorts friends by name and requests by time, the newest first', async () => {
  const byName = [
    friend('a', 'friends', { firstName: 'Zoe' }),
    friend('b', 'friends', { firstName: 'Ann' }),
  ];
  const all = people(
    ...byName,
    friend('x', 'invited', { since: '2024-01-01T00:00:00Z' }),
    friend('y', 'invited'),
  );
  const { mine } = server(all);
  await mine.load();
  expect([ids(mine, 'friends'), ids(mine, 'invited'), ids(mine, 'requested')]).toEqual([
    'ba',
    'yx',
    '',
  ]);
});

it('accepts where they asked, asks where they did not, and moves only their rows', async () => {
  const { mine, friends, onChange } = server(people(friend('a', 'invited')));
  await mine.load();
  friends.mockClear();
  expect(await mine.befriend(friend('a', 'invited'))).toBe('friends');
  expect(await mine.befriend(stranger('b'))).toBe('requested');
  expect([ids(mine, 'invited'), ids(mine, 'friends'), ids(mine, 'requested')]).toEqual([
    '',
    'a',
    'b',
  ]);
  expect(mine.of(stranger('b'))?.state).toBe('requested');
  await mine.unfriend('a');
  expect(mine.of(stranger('a'))).toBeNull();
  expect(onChange).toHaveBeenCalledTimes(3);
  expect(friends).not.toHaveBeenCalled();
});

it('reads on in a list that ran empty', async () => {
  const { mine } = server(people(...[...'abc'].map((id) => friend(id, 'invited'))), 1);
  await mine.load();
  await mine.more('invited');
  await mine.unfriend('a');
  expect(ids(mine, 'invited')).toBe('b');
  await mine.unfriend('b');
  expect(ids(mine, 'invited')).toBe('c');
});

it('puts a new friend in their place by name', async () => {
  const { mine } = server(
    people(friend('a', 'friends'), friend('c', 'friends'), friend('b', 'invited')),
  );
  await mine.load();
  await mine.befriend(friend('b', 'invited'));
  expect(ids(mine, 'friends')).toBe('abc');
});

it('does not know somebody before the lists are read to the end, or they are sought', async () => {
  const { mine } = server(people(...[...'abcde'].map((id) => friend(id, 'friends'))));
  expect(mine.of(stranger('e'))).toBeUndefined();
  await mine.load();
  expect([mine.of(stranger('a'))?.state, mine.of(stranger('e')), mine.of(stranger('z'))]).toEqual([
    'friends',
    undefined,
    undefined,
  ]);
  await mine.seek(stranger('e'));
  expect([mine.of(stranger('e'))?.state, mine.of(stranger('z'))]).toEqual(['friends', undefined]);
  await mine.seek(stranger('z'));
  expect(mine.of(stranger('z'))).toBeNull();
});

it('stops seeking at the page they are on', async () => {
  const { mine, friends } = server(people(...[...'abcdefgh'].map((id) => friend(id, 'friends'))));
  await mine.seek(stranger('c'));
  expect(friends.mock.calls.filter(([state]) => state === 'friends')).toHaveLength(2);
});

it('knows whom it sought where the lists can not be read, and what became of them', async () => {
  const { mine, friends } = server(people(friend('a', 'invited')));
  friends.mockRejectedValueOnce(new NetworkError(null));
  await mine.load();
  await mine.seek(stranger('a'));
  expect([mine.lists, mine.of(stranger('a'))?.state]).toEqual([null, 'invited']);
  await mine.befriend(stranger('a'));
  expect(mine.of(stranger('a'))?.state).toBe('friends');
  await mine.unfriend('a');
  expect(mine.of(stranger('a'))).toBeNull();
});

it('knows nothing of somebody who could not be sought', async () => {
  const { mine, friends } = server(people(friend('a', 'invited')));
  friends.mockRejectedValueOnce(new NetworkError(null));
  await expect(mine.seek(stranger('a'))).rejects.toThrow(NetworkError);
  expect(mine.of(stranger('a'))).toBeUndefined();
});

it('moves the row of somebody who is found to be something else now', async () => {
  const all = people(friend('a', 'requested'));
  const { mine } = server(all);
  await mine.load();
  all.set('a', friend('a', 'friends'));
  await mine.seek(stranger('a'));
  expect([ids(mine, 'requested'), ids(mine, 'friends')]).toEqual(['', 'a']);
});

it('seeks again when somebody is changed meanwhile', async () => {
  const { mine, friends } = server(people(friend('a', 'friends')));
  await mine.load();
  const release = hold(friends, { items: [friend('a', 'invited')], cursor: null });
  const seeking = mine.seek(stranger('a'));
  await mine.unfriend('a');
  release();
  await seeking;
  expect(mine.of(stranger('a'))).toBeNull();
});

it('reads again what was being read during a change', async () => {
  const { mine, friends } = server(people(friend('a', 'friends')));
  const release = hold(friends, { items: [friend('a', 'invited')], cursor: null });
  const loading = mine.load();
  await mine.unfriend('a');
  release();
  await loading;
  expect([ids(mine, 'invited'), ids(mine, 'friends'), mine.loading]).toEqual(['', '', false]);
});

it('reads on, and keeps what was shown when it reads anew', async () => {
  const { mine } = server(people(...[...'abcde'].map((id) => friend(id, 'friends'))));
  await mine.load();
  expect(ids(mine, 'friends')).toBe('ab');
  await mine.more('friends');
  expect(ids(mine, 'friends')).toBe('abcd');
  await mine.unfriend('b');
  expect(ids(mine, 'friends')).toBe('acd');
  await mine.load();
  expect([ids(mine, 'friends'), mine.lists!.friends.cursor]).toEqual(['acde', null]);
});

it('reads through pages on which nobody is left', async () => {
  const { mine, friends } = server(people(friend('a', 'friends')));
  friends.mockImplementation(async (state, cursor) =>
    cursor ? { items: [friend('z', state)], cursor: null } : { items: [], cursor: '1' },
  );
  await mine.load();
  expect(ids(mine, 'friends')).toBe('z');
});

it('hands on what the API refuses, and changes nothing', async () => {
  const { mine, befriend, onChange } = server(people(friend('a', 'friends')));
  await mine.load();
  befriend.mockRejectedValueOnce(new ApiError(409, 'You have 5,000 friends.'));
  await expect(mine.befriend(stranger('b'))).rejects.toThrow('You have 5,000 friends.');
  expect([ids(mine, 'friends'), mine.error]).toEqual(['a', null]);
  expect(onChange).not.toHaveBeenCalled();
});

it('keeps what it has when it cannot read anew, says so, and can be tried again', async () => {
  const all = people(friend('a', 'friends'));
  const { mine, friends } = server(all);
  await mine.load();
  await mine.unfriend('a');
  all.set('b', friend('b', 'friends'));
  friends.mockRejectedValueOnce(new NetworkError(null));
  await mine.load();
  expect([ids(mine, 'friends'), mine.error, mine.loading]).toEqual(['', t.errors.network, false]);
  await mine.load();
  expect([ids(mine, 'friends'), mine.error]).toEqual(['b', null]);
});

it('takes no old reply for a newer one', async () => {
  const { mine, friends } = server(people(friend('a', 'friends')));
  const release = hold(friends, { items: [friend('old', 'invited')], cursor: null });
  const slow = mine.load();
  await mine.load();
  release();
  await slow;
  expect([ids(mine, 'invited'), ids(mine, 'friends'), mine.loading]).toEqual(['', 'a', false]);
});

const message = (id: string, state: FriendState | null): LiveMessage => ({
  type: state === 'friends' ? 'friend.accepted' : state ? 'friend.requested' : 'friend.removed',
  id: `${id}-${state}`,
  at: '2026-01-01T00:00:00Z',
  user: stranger(id),
  state,
});

it('moves rows by what it is told, without reading anything', async () => {
  const { mine, friends, onChange } = server(people(friend('a', 'requested')));
  await mine.load();
  friends.mockClear();
  await mine.told(message('b', 'invited'));
  expect([ids(mine, 'invited'), ids(mine, 'requested')]).toEqual(['b', 'a']);
  expect(onChange).not.toHaveBeenCalled();
  await mine.told(message('a', 'friends'));
  expect([ids(mine, 'requested'), ids(mine, 'friends')]).toEqual(['', 'a']);
  expect(mine.of(stranger('a'))?.since).toBe('2026-01-01T00:00:00Z');
  await mine.told(message('a', null));
  await mine.told(message('b', null));
  expect([mine.of(stranger('a')), mine.of(stranger('b'))]).toEqual([null, null]);
  expect(onChange).toHaveBeenCalledTimes(2); // when pictures came and went
  expect(friends).not.toHaveBeenCalled();
});

it('is not moved by what it did itself, when that comes back', async () => {
  const { mine, onChange } = server(people(friend('a', 'invited')));
  await mine.load();
  await mine.befriend(stranger('a'));
  const since = mine.of(stranger('a'))?.since;
  await mine.told(message('a', 'friends'));
  expect([mine.of(stranger('a'))?.since, onChange.mock.calls.length]).toEqual([since, 1]);
});

it('reads again what was being read when it was told', async () => {
  const { mine, friends } = server(people());
  const release = hold(friends, { items: [friend('a', 'invited')], cursor: null });
  const loading = mine.load();
  const telling = mine.told(message('a', null));
  release();
  await Promise.all([loading, telling]);
  expect(ids(mine, 'invited')).toBe('');
});

it('knows who takes the place of one who leaves', () => {
  const list = [...'abc'].map((id) => friend(id, 'friends'));
  expect(['a', 'b', 'c', 'z'].map((id) => neighbour(list, id)?.id)).toEqual([
    'b',
    'c',
    'b',
    undefined,
  ]);
  expect(neighbour(list.slice(0, 1), 'a')).toBeNull();
});
