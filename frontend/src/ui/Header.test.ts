// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { router } from '../router.svelte';
import { parseRoute, type NavigationPage } from '../routes';
import { t } from '../texts';
import Header from './Header.svelte';

vi.mock('../notifications/NotificationMenu.svelte', () => ({ default: () => undefined }));
vi.mock('../app', () => ({
  getApp: () => ({
    session: {
      status: 'signedIn',
      person: { id: 'anna', handle: 'anna', firstName: 'Anna', lastName: 'Atkins' },
    },
    unfinished: () => '',
  }),
}));

afterEach(cleanup);

const renderAt = (section: NavigationPage | null, isSectionStart: boolean) =>
  render(Header, { section, isSectionStart });
const currentLinks = () =>
  screen
    .getAllByRole('link', { hidden: true })
    .map((link) => [link.textContent.trim(), link.getAttribute('aria-current')])
    .filter(([, current]) => current !== null);

it('marks the page of the navigation, and the section of an album', () => {
  renderAt('albums', true);
  expect(currentLinks()).toEqual([[t.nav.albums, 'page']]);
  cleanup();
  renderAt('albums', false);
  expect(currentLinks()).toEqual([[t.nav.albums, 'true']]);
  cleanup();
  renderAt(null, false);
  expect(currentLinks()).toEqual([]);
});

it('marks the page in the menu of the account', async () => {
  for (const [path, label] of [
    ['/links', t.account.links],
    ['/settings', t.account.settings],
    ['/people/anna', t.account.page],
  ] as const) {
    router.route = parseRoute(path);
    renderAt(null, false);
    await waitFor(() => expect(currentLinks()).toEqual([[label, 'page']]));
    cleanup();
  }
});
