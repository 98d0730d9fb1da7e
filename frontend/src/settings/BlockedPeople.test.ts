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

it('a failed list can be loaded again', async () => {
  api.blocks.mockRejectedValueOnce(new NetworkError(null));
  render(BlockedPeople);
  expect(await screen.findByText(`${blocks.list.failed} ${t.errors.network}`)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: t.words.retry }));
  expect(await screen.findByText(blocks.list.none)).toBeTruthy();
});
