// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Friend, FriendState, Page, Person } from '../api/types';
import { t } from '../texts';
import { blocks } from '../texts/blocks';
import PersonPage from './PersonPage.svelte';

const me = { id: 'me', handle: 'me', firstName: 'Julia', lastName: 'Cameron' };
const ada = { id: 'ada', handle: 'ada', firstName: 'Ada', lastName: 'Lovelace' };
const api = {
  getUser: vi.fn(async () => ada),
  friends: vi.fn(async (_state: FriendState): Promise<Page<Friend>> => ({
    items: [],
    cursor: null,
  })),
  blocks: vi.fn(async (): Promise<Page<Person>> => ({ items: [], cursor: null })),
  block: vi.fn(async () => ({ id: 'ada', blocked: true })),
  unblock: vi.fn(async () => ({ id: 'ada', blocked: false })),
};
const live = { onMessage: () => () => undefined, onGap: () => () => undefined };
vi.mock('../app', () => ({
  getApp: () => ({ api, live, library: { expire: () => undefined }, session: { person: me } }),
}));

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

const pictures = createRawSnippet(() => ({ render: () => '<p>Pictures</p>' }));
const renderPage = (id: string) => render(PersonPage, { id, pictures });
const askButton = () => screen.findByRole('button', { name: /^Ask to be friends/ });

it('a stranger can be asked to be a friend', async () => {
  renderPage('ada');
  expect(await screen.findByRole('heading', { name: 'Ada Lovelace' })).toBeTruthy();
  expect(await askButton()).toBeTruthy();
  expect(screen.getByText(t.friends.relation.stranger)).toBeTruthy();
});

it('an unknown id shows a notice without pictures', async () => {
  api.getUser.mockRejectedValueOnce(new ApiError(404, 'There is no such user.'));
  renderPage('nobody');
  expect(await screen.findByText(t.people.gone.title)).toBeTruthy();
  expect(screen.queryByText('Pictures')).toBeNull();
});

it('actions wait for the relation, which can be read again after an error', async () => {
  api.friends.mockRejectedValueOnce(new NetworkError(null));
  renderPage('ada');
  const error = `${t.people.relationFailed} ${t.errors.network}`;
  expect(await screen.findByText(error)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Ask to be friends/ })).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: t.words.retry }));
  expect(await askButton()).toBeTruthy();
});

it('a blocked person can be unblocked, and has no other actions', async () => {
  api.blocks.mockResolvedValueOnce({ items: [ada], cursor: null });
  renderPage('ada');
  expect(await screen.findByText(blocks.relation)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Ask to be friends/ })).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: blocks.unblock }));
  expect(await askButton()).toBeTruthy();
  expect(api.unblock).toHaveBeenCalledExactlyOnceWith('ada');
});

it('a person is blocked after a confirmation', async () => {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  renderPage('ada');
  await askButton();
  await fireEvent.click(screen.getByRole('button', { name: blocks.block }));
  api.blocks.mockResolvedValueOnce({ items: [ada], cursor: null });
  await fireEvent.click(screen.getAllByText(blocks.block).at(-1)!);
  expect(await screen.findByText(blocks.relation)).toBeTruthy();
  expect(api.block).toHaveBeenCalledExactlyOnceWith('ada');
});

it('the member’s own page links to the settings', async () => {
  renderPage('me');
  expect(await screen.findByText(t.friends.relation.self)).toBeTruthy();
  expect(screen.getByRole('link', { name: t.people.edit })).toBeTruthy();
  expect(api.getUser).not.toHaveBeenCalled();
  expect(screen.queryByRole('button', { name: blocks.block })).toBeNull();
});
