// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Person } from '../api/types';
import { router } from '../router.svelte';
import { t } from '../texts';
import { pageError } from '../ui/announce.svelte';
import HandlePage from './HandlePage.svelte';

const ada = { id: 'id-of-ada', handle: 'ada', firstName: 'Ada', lastName: 'Lovelace' };
const api = {
  findUser: vi.fn(async (_handle: string, _signal?: AbortSignal): Promise<Person> => ada),
};
vi.mock('../app', () => ({ getApp: () => ({ api }) }));

beforeEach(() => {
  history.replaceState(null, '', '/people/@ada');
  pageError.text = '';
});
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

const renderPage = (pictureId: string | null = null) =>
  render(HandlePage, { handle: 'ada', pictureId });
const unknownHandle = () => new ApiError(404, 'There is no such user.');

it.each([
  [null, '/people/id-of-ada', 'people'],
  ['7', '/p/id-of-ada/7', 'picture'],
])(
  'the address with the id replaces the one with the handle (picture %o)',
  async (id, path, page) => {
    const entries = history.length;
    renderPage(id);
    await vi.waitFor(() => expect(location.pathname).toBe(path));
    expect(router.route.page).toBe(page);
    expect(history.length).toBe(entries);
    expect(api.findUser.mock.calls[0]![0]).toBe('ada');
  },
);

it.each([
  [null, ''],
  ['7', t.picture.notFound],
])('an unknown handle shows a notice at the same address (picture %o)', async (id, error) => {
  api.findUser.mockRejectedValueOnce(unknownHandle());
  renderPage(id);
  expect(await screen.findByText(t.people.gone.title)).toBeTruthy();
  expect(pageError.text).toBe(error);
  expect(location.pathname).toBe('/people/@ada');
});

it('another error offers a retry', async () => {
  api.findUser.mockRejectedValueOnce(new NetworkError(null));
  renderPage();
  await fireEvent.click(await screen.findByRole('button', { name: t.words.retry }));
  await vi.waitFor(() => expect(location.pathname).toBe('/people/id-of-ada'));
});

it('a reply after the page was left does not change the address', async () => {
  let reply: (person: Person) => void;
  api.findUser.mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  renderPage();
  cleanup();
  expect(api.findUser.mock.calls[0]![1]!.aborted).toBe(true);
  reply!(ada);
  await new Promise((resolve) => setTimeout(resolve)); // after all handlers of the reply
  expect(location.pathname).toBe('/people/@ada');
});
