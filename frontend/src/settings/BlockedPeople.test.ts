// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { Page, Person } from '../api/types';
import { t } from '../texts';
import { blocks } from '../texts/blocks';
import BlockedPeople from './BlockedPeople.svelte';

const ada = { id: 'ada', handle: 'ada', firstName: 'Ada', lastName: 'Lovelace' };
const anna = { id: 'anna', handle: 'anna', firstName: 'Anna', lastName: 'Atkins' };
const julia = { id: 'julia', handle: 'julia', firstName: 'Julia', lastName: 'Cameron' };
const api = {
  blocks: vi.fn(async (_cursor: string | null): Promise<Page<Person>> => ({
    items: [],
    cursor: null,
  })),
  unblock: vi.fn(async (id: string) => ({ id, blocked: false })),
};
vi.mock('../app', () => ({ getApp: () => ({ api, library: { expire: () => undefined } }) }));

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

it('says that nobody is blocked', async () => {
  render(BlockedPeople);
  expect(await screen.findByText(blocks.list.none)).toBeTruthy();
});

it('lists all pages, and unblocks a person', async () => {
  api.blocks.mockResolvedValueOnce({ items: [ada], cursor: 'next' });
  api.blocks.mockResolvedValueOnce({ items: [anna], cursor: null });
  render(BlockedPeople);
  expect(await screen.findByRole('link', { name: 'Anna Atkins' })).toBeTruthy();
  expect(api.blocks.mock.calls).toEqual([[null], ['next']]);
  await fireEvent.click(
    screen.getByRole('button', { name: blocks.unblockPerson('Ada Lovelace (@ada)') }),
  );
  await vi.waitFor(() => expect(screen.queryByText('Ada Lovelace')).toBeNull());
  expect(api.unblock).toHaveBeenCalledExactlyOnceWith('ada');
  expect(screen.getByText('@anna')).toBeTruthy();
});

it('the focus moves to the next person, the last one, and the heading', async () => {
  api.blocks.mockResolvedValueOnce({ items: [ada, anna, julia], cursor: null });
  render(BlockedPeople);
  const button = (name: string) =>
    screen.findByRole('button', { name: blocks.unblockPerson(name) });
  const unblock = async (name: string) => {
    const pressed = await button(name);
    pressed.focus();
    await fireEvent.click(pressed);
  };
  const haveFocus = (element: HTMLElement) =>
    vi.waitFor(() => expect(document.activeElement).toBe(element));
  await unblock('Anna Atkins (@anna)');
  await haveFocus(await button('Julia Cameron (@julia)'));
  await unblock('Julia Cameron (@julia)');
  await haveFocus(await button('Ada Lovelace (@ada)'));
  await unblock('Ada Lovelace (@ada)');
  await haveFocus(screen.getByRole('heading', { name: blocks.list.title }));
});

it('a failed list can be loaded again', async () => {
  api.blocks.mockRejectedValueOnce(new NetworkError(null));
  render(BlockedPeople);
  expect(await screen.findByText(`${blocks.list.failed} ${t.errors.network}`)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: t.words.retry }));
  expect(await screen.findByText(blocks.list.none)).toBeTruthy();
});
