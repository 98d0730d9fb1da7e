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

const api = {
  findUser: vi.fn<(handle: string) => Promise<Person>>(),
  findPeople: vi.fn<(name: string, cursor: string | null) => Promise<Page<Person>>>(),
  friends: vi.fn(async (state: FriendState) => ({
    items: state === 'friends' ? [ada] : [],
    cursor: null,
  })),
  befriend: vi.fn(),
  unfriend: vi.fn(),
};
vi.mock('../app', () => ({ getApp: () => ({ api, session: { person: me } }) }));

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
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
  await screen.findByText('ada Atkins');
  const items = screen.getAllByRole('listitem');
  const actions = [[], [t.friends.unfriend], [t.friends.ask]];
  expect(items.map(buttonNames)).toEqual(actions);
  expect(items[0]?.textContent).toContain(t.friends.relation.self);
  expect(announcer.text).toBe(words.count(3, false));
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
