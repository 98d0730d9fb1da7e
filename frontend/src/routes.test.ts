// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  authHref,
  listHref,
  listOf,
  linkOf,
  parseRoute,
  pathOfOldHash,
  personHref,
  pictureHref,
  Router,
  shownTo,
  viewHref,
  type Route,
} from './routes.svelte';

const PICTURE = { owner: 'anna', id: '7' };

it('reads the paths that it writes', () => {
  expect(parseRoute(pictureHref('a/b', 'ü'))).toEqual({
    page: 'picture',
    picture: { owner: 'a/b', id: 'ü' },
    list: null,
  });
  expect(parseRoute(pictureHref('anna', '7'), 'public')).toEqual({
    page: 'picture',
    picture: PICTURE,
    list: 'public',
  });
  expect(parseRoute(viewHref('mine'))).toEqual({ page: 'mine' });
  expect(parseRoute(viewHref('friends'))).toEqual({ page: 'friends' });
  expect(parseRoute(authHref('sign-up'))).toEqual({ page: 'sign-up' });
  expect(parseRoute(personHref('p'))).toEqual({ page: 'people', person: 'p' });
  expect(parseRoute(listHref('people/p'))).toEqual({ page: 'people', person: 'p' });
  expect(parseRoute('/')).toEqual({ page: 'start' });
});

it('ignores a slash at the end', () => {
  expect(parseRoute('/feed/')).toEqual({ page: 'feed' });
  expect(parseRoute('/people/p/')).toEqual({ page: 'people', person: 'p' });
});

it.each(['/nowhere', '/p/owner', '/people', '/feed/x', '/people/%E0%A4%A'])(
  'reads %o as an unknown page',
  (path) => {
    expect(parseRoute(path)).toEqual({ page: 'unknown' });
  },
);

it.each([
  ['#/feed', '/feed'],
  ['#/', '/'],
  ['#/sign-in', '/sign-in'],
  ['#/public/anna/7', '/p/anna/7'],
  ['#/people/anna', '/people/anna'],
  ['#/people/anna/7', '/p/anna/7'],
  ['#/nowhere', '/'],
  ['#//elsewhere.example/x', '/'],
  ['#main', null],
  ['', null],
])('redirects the old address %o to %o', (hash, path) => {
  expect(pathOfOldHash(hash)).toBe(path);
});

describe('the page of a route', () => {
  it('is the public list for visitors and the feed for members at the start', () => {
    expect(shownTo({ page: 'start' }, 'me')).toEqual({ page: 'feed', picture: null });
    expect(shownTo({ page: 'start' }, null)).toEqual({ page: 'public', picture: null });
    expect(shownTo({ page: 'public' }, null)).toEqual({ page: 'public', picture: null });
  });

  it('is hidden from visitors if it belongs to members', () => {
    const routes: Route[] = [
      { page: 'mine' },
      { page: 'friends' },
      { page: 'settings' },
      { page: 'people', person: 'p' },
    ];
    for (const route of routes) {
      expect(shownTo(route, null)).toBeNull();
      expect(shownTo(route, 'me')).toMatchObject(route);
    }
  });

  it('is the list behind a picture, by default the list of its owner', () => {
    const picture = (list: 'feed' | 'people/p' | null): Route => ({
      page: 'picture',
      picture: PICTURE,
      list,
    });
    expect(shownTo(picture('feed'), 'me')).toEqual({ page: 'feed', picture: PICTURE });
    expect(shownTo(picture('people/p'), 'me')).toMatchObject({ page: 'people', person: 'p' });
    expect(shownTo(picture(null), 'me')).toMatchObject({ page: 'people', person: 'anna' });
    expect(shownTo(picture(null), 'anna')).toMatchObject({ page: 'mine' });
    expect(shownTo(picture('feed'), null)).toMatchObject({ page: 'public' });
  });

  it('names its list of pictures', () => {
    expect(listOf({ page: 'people', person: 'p', picture: null })).toBe('people/p');
    expect(listOf({ page: 'mine', picture: null })).toBe('mine');
    expect(listOf({ page: 'friends' })).toBeNull();
  });
});

describe('a click', () => {
  // The event is not dispatched, because happy-dom would request the page.
  const follows = (html: string, init: MouseEventInit = {}) => {
    document.body.innerHTML = html;
    const event = new MouseEvent('click', init);
    Object.defineProperty(event, 'target', { value: document.querySelector('b') });
    return linkOf(event)?.pathname ?? null;
  };

  it('on a link of the app is followed within the page', () => {
    expect(follows('<a href="/people/p"><b>Person</b></a>')).toBe('/people/p');
    expect(follows('<a href="/feed/"><b>Feed</b></a>')).toBe('/feed/');
  });

  it.each([
    '<a href="/nowhere"><b>Unknown</b></a>',
    '<a href="https://elsewhere.example/feed"><b>Other origin</b></a>',
    '<a href="/feed" target="_blank"><b>Tab</b></a>',
    '<a href="/feed" download><b>Download</b></a>',
    '<a href="#main"><b>Part of the page</b></a>',
    '<b>No link</b>',
  ])('on %s is left to the browser', (html) => {
    expect(follows(html)).toBeNull();
  });

  it('with a key or another button is left to the browser', () => {
    const link = '<a href="/feed"><b>Feed</b></a>';
    for (const init of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }])
      expect(follows(link, init)).toBeNull();
  });
});

describe('the router', () => {
  let router: Router;
  beforeEach(() => {
    history.replaceState(null, '', '/feed');
    router = new Router();
    router.begin();
  });
  afterEach(() => router.end());

  it('remembers the list from which a picture was opened', () => {
    router.go(pictureHref('anna', '7'), 'feed');
    expect(router.route).toMatchObject({ page: 'picture', list: 'feed' });
    router.replace(pictureHref('anna', '8'));
    expect(router.route).toMatchObject({ picture: { id: '8' }, list: 'feed' });
    const reloaded = new Router();
    reloaded.begin();
    expect(reloaded.route).toMatchObject({ picture: { id: '8' }, list: 'feed' });
    reloaded.end();
  });

  it('goes back from a picture to the list before it', () => {
    const back = vi.spyOn(history, 'back').mockImplementation(() => undefined);
    router.go(pictureHref('anna', '7'), 'feed');
    router.closePicture('feed');
    expect(back).toHaveBeenCalledOnce();
    back.mockRestore();
  });

  it('replaces a picture by its list after a deep link', () => {
    router.replace(pictureHref('anna', '7'));
    router.closePicture('people/anna');
    expect(location.pathname).toBe('/people/anna');
  });

  it('adds no entry for the path that is open', () => {
    const before = history.length;
    router.go('/feed');
    expect(history.length).toBe(before);
  });

  it('leads members from the sign-in page to the page that they wanted', () => {
    router.go('/settings');
    router.go('/sign-in');
    router.go('/sign-up');
    expect(router.route).toEqual({ page: 'sign-up' });
    router.hasMember = () => true;
    router.leaveAuthPage();
    expect(location.pathname).toBe('/settings');
    router.go('/sign-in');
    expect(location.pathname).toBe('/settings');
  });

  it('leads members to the feed if they wanted no page', () => {
    router.go('/public');
    router.go('/sign-in');
    router.hasMember = () => true;
    router.leaveAuthPage();
    expect(location.pathname).toBe('/feed');
  });

  it('replaces an old address', () => {
    history.replaceState(null, '', '/#/public/anna/7');
    window.dispatchEvent(new Event('hashchange'));
    expect([location.pathname, location.hash]).toEqual(['/p/anna/7', '']);
    history.replaceState(null, '', '/#/');
    window.dispatchEvent(new Event('hashchange'));
    expect(location.href).toMatch(/[^#]\/$/);
    history.replaceState(null, '', '/index.html#/mine');
    window.dispatchEvent(new Event('hashchange'));
    expect(location.pathname).toBe('/mine');
  });
});
