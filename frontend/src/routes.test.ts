import { beforeAll, expect, it, vi } from 'vitest';
import type * as Routes from './routes.svelte';

let routes: typeof Routes;
beforeAll(async () => {
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('window', { addEventListener: () => undefined });
  routes = await import('./routes.svelte');
});

it('reads what it writes', () => {
  const { parseRoute, pictureHref, viewHref, authHref } = routes;
  expect(parseRoute(pictureHref('public', 'a/b', 'ü'))).toEqual({
    page: 'public',
    picture: { owner: 'a/b', id: 'ü' },
  });
  expect(parseRoute(viewHref('mine'))).toEqual({ page: 'mine', picture: null });
  expect(parseRoute(viewHref('friends'))).toEqual({ page: 'friends' });
  expect(parseRoute(authHref('sign-up'))).toEqual({ page: 'sign-up' });
  expect(parseRoute(pictureHref('people/p', 'p', 'x'))).toEqual({
    page: 'people',
    person: 'p',
    picture: { owner: 'p', id: 'x' },
  });
  expect(routes.listOf(parseRoute(routes.personHref('p')))).toBe('people/p');
});

it.each(['', '#', '#/', '#/nowhere', '#/%E0%A4%A'])('takes %o as the start', (hash) => {
  expect(routes.parseRoute(hash)).toEqual({ page: 'start' });
});

it('shows visitors what is open to everybody, and nothing that is a member’s own', () => {
  const { shownTo } = routes;
  expect(shownTo({ page: 'start' }, true)).toEqual({ page: 'feed', picture: null });
  expect(shownTo({ page: 'start' }, false)).toEqual({ page: 'public', picture: null });
  expect(shownTo({ page: 'public', picture: null }, false)).toEqual({
    page: 'public',
    picture: null,
  });
  for (const route of [
    { page: 'mine', picture: null },
    { page: 'people', person: 'p', picture: null },
    { page: 'settings' },
  ] as const) {
    expect(shownTo(route, false)).toBeNull();
    expect(shownTo(route, true)).toEqual(route);
  }
});
