// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Friend, FriendState, Page, Person } from '../api/types';
import { t } from '../texts';
import { announcer } from '../ui/announce.svelte';
import FindPeople from './FindPeople.svelte';
import { Friendships } from './friendships.svelte';

const words = t.friends.find;
const person = (id: string): Person => ({ id, handle: id, firstName: id, lastName: 'Atkins' });
const me = person('me');
const ada: Friend = { ...person('ada'), state: 'friends', since: '2026-01-02T03:04:05Z' };

type ReadFriends = (
  state: FriendState,
  cursor: string | null,
  signal?: AbortSignal,
) => Promise<Page<Friend>>;
const readFriends: ReadFriends = async (state) => ({
  items: state === 'friends' ? [ada] : [],
  cursor: null,
});

const api = {
  findUser: vi.fn<(handle: string) => Promise<Person>>(),
  findPeople: vi.fn<(name: string, cursor: string | null) => Promise<Page<Person>>>(),
  friends: vi.fn(readFriends),
  befriend: vi.fn(),
  unfriend: vi.fn(),
};
vi.mock('../app', () => ({ getApp: () => ({ api, session: { person: me } }) }));

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  api.friends.mockImplementation(readFriends);
});

async function search(text: string) {
  render(FindPeople, { friendships: new Friendships(api, () => undefined) });
  const field = screen.getByRole('searchbox', { name: words.label });
  await fireEvent.input(field, { target: { value: text } });
  await fireEvent.submit(screen.getByRole('search'));
}

const buttonNames = (item: HTMLElement) =>
  within(item)
    .queryAllByRole('button')
    .map((button) => button.textContent);

it('lists each person with the actions of their relation to the member', async () => {
  api.findUser.mockResolvedValueOnce(me);
  api.findPeople.mockResolvedValueOnce({ items: [ada, person('bea')], cursor: null });
  await search('atkins');
  await screen.findByText(t.friends.unfriend);
  const items = screen.getAllByRole('listitem');
  const actions = [[], [t.friends.unfriend], [t.friends.ask]];
  expect(items.map(buttonNames)).toEqual(actions);
  expect(items[0]?.textContent).toContain(t.friends.relation.self);
  expect(announcer.text).toBe(words.count(3, false));
});

it('lists people before the relations are known', async () => {
  let reply: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (reply = resolve));
  api.friends.mockImplementation(async (state) => {
    await held;
    return { items: state === 'friends' ? [ada] : [], cursor: null };
  });
  api.findPeople.mockResolvedValueOnce({ items: [ada], cursor: null });
  await search('ada at');
  const item = await screen.findByRole('listitem');
  expect(item.textContent).toContain(t.friends.relation.loading);
  expect(buttonNames(item)).toEqual([]);
  expect(api.friends.mock.calls[0]?.[2]).toBeInstanceOf(AbortSignal);
  reply();
  await within(item).findByText(t.friends.unfriend);
  expect(item.textContent).not.toContain(t.friends.relation.loading);
});

it('keeps the people and offers another lookup if their relations cannot be read', async () => {
  api.friends.mockRejectedValue(new NetworkError(null));
  api.findPeople.mockResolvedValueOnce({ items: [ada], cursor: null });
  await search('ada at');
  await screen.findByText(`${t.people.relationFailed} ${t.errors.network}`);
  const item = screen.getByRole('listitem');
  expect(item.textContent).not.toContain(t.friends.relation.loading);
  api.friends.mockImplementation(readFriends);
  await fireEvent.click(screen.getByRole('button', { name: t.words.retry }));
  await within(item).findByText(t.friends.unfriend);
  expect(api.findPeople).toHaveBeenCalledOnce();
});

it('shows what to do if nobody is found', async () => {
  api.findUser.mockRejectedValueOnce(new ApiError(404, 'There is no such user.'));
  api.findPeople.mockResolvedValueOnce({ items: [], cursor: null });
  await search('nobody');
  expect(await screen.findByText(words.none)).toBeTruthy();
  expect(announcer.text).toBe(words.none);
});

it('shows an error for a single letter', async () => {
  await search('a');
  expect(await screen.findByText(words.tooShort)).toBeTruthy();
  expect(api.findPeople).not.toHaveBeenCalled();
});

it('shows an error with a button that repeats the search', async () => {
  api.findPeople.mockRejectedValueOnce(new NetworkError(null));
  await search('Ada A');
  api.findPeople.mockResolvedValueOnce({ items: [ada], cursor: null });
  await fireEvent.click(await screen.findByRole('button', { name: t.words.retry }));
  expect(await screen.findByText('ada Atkins')).toBeTruthy();
  expect(screen.queryByText(t.errors.network)).toBeNull();
});
