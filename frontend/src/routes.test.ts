import { describe, expect, it } from 'vitest';
import {
  albumHref,
  albumListName,
  authHref,
  LINKS_HREF,
  hasToken,
  listHref,
  listNameOf,
  parseRoute,
  pathOfOldHash,
  personHref,
  pictureHref,
  ruleHref,
  pageFor,
  sectionOf,
  watchOf,
  viewHref,
  type Route,
} from './routes';

const PICTURE = { ownerId: 'anna', id: '7' };

it('reads the paths that it writes', () => {
  expect(parseRoute(pictureHref('a/b', 'ü'))).toEqual({
    page: 'picture',
    picture: { ownerId: 'a/b', id: 'ü' },
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
  expect(parseRoute(personHref('p'))).toEqual({ page: 'people', personId: 'p' });
  expect(parseRoute(listHref('people/p'))).toEqual({ page: 'people', personId: 'p' });
  expect(parseRoute(viewHref('albums'))).toEqual({ page: 'albums' });
  expect(parseRoute(albumHref('ü/1'))).toEqual({ page: 'album', albumId: 'ü/1' });
  expect(parseRoute(listHref(albumListName('ü/1')))).toEqual({ page: 'album', albumId: 'ü/1' });
  expect(parseRoute(ruleHref('ü/1'))).toEqual({ page: 'rule', albumId: 'ü/1' });
  expect(parseRoute(ruleHref(null))).toEqual({ page: 'rule', albumId: null });
  expect(parseRoute(LINKS_HREF)).toEqual({ page: 'links' });
  expect(parseRoute('/')).toEqual({ page: 'start' });
});

it.each(['@ada', '%40ada'])('reads %o as a handle instead of an id', (segment) => {
  const route = { page: 'handle', handle: 'ada' };
  expect(parseRoute(`/people/${segment}`)).toEqual({ ...route, pictureId: null });
  expect(parseRoute(`/p/${segment}/7`)).toEqual({ ...route, pictureId: '7' });
});

it('ignores a slash at the end', () => {
  expect(parseRoute('/feed/')).toEqual({ page: 'feed' });
  expect(parseRoute('/people/p/')).toEqual({ page: 'people', personId: 'p' });
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
    expect(pageFor({ page: 'start' }, 'me')).toEqual({ page: 'feed', picture: null });
    expect(pageFor({ page: 'start' }, null)).toEqual({ page: 'public', picture: null });
    expect(pageFor({ page: 'public' }, null)).toEqual({ page: 'public', picture: null });
  });

  it('is the page of a share link for visitors and members', () => {
    const route = parseRoute('/shared/token-1/');
    expect(route).toEqual({ page: 'shared', token: 'token-1' });
    for (const userId of [null, 'me']) expect(pageFor(route, userId)).toEqual(route);
    expect([hasToken('/shared/token-1'), hasToken('/shared'), hasToken('/a/shared')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is hidden from visitors if it belongs to members', () => {
    const routes: Route[] = [
      { page: 'mine' },
      { page: 'friends' },
      { page: 'settings' },
      { page: 'links' },
      { page: 'albums' },
      { page: 'album', albumId: 'a' },
      { page: 'rule', albumId: null },
      { page: 'people', personId: 'p' },
      { page: 'handle', handle: 'ada', pictureId: null },
      { page: 'handle', handle: 'ada', pictureId: '7' },
    ];
    for (const route of routes) {
      expect(pageFor(route, null)).toBeNull();
      expect(pageFor(route, 'me')).toMatchObject(route);
    }
  });

  it('is the list behind a picture, by default the list of its owner', () => {
    const picture = (list: 'feed' | 'people/p' | 'a/1' | null): Route => ({
      page: 'picture',
      picture: PICTURE,
      list,
    });
    expect(pageFor(picture('feed'), 'me')).toEqual({ page: 'feed', picture: PICTURE });
    expect(pageFor(picture('people/p'), 'me')).toMatchObject({ page: 'people', personId: 'p' });
    expect(pageFor(picture('a/1'), 'me')).toMatchObject({ page: 'album', albumId: '1' });
    expect(pageFor(picture(null), 'me')).toMatchObject({ page: 'people', personId: 'anna' });
    expect(pageFor(picture(null), 'anna')).toMatchObject({ page: 'mine' });
    expect(pageFor(picture('feed'), null)).toMatchObject({ page: 'public' });
  });

  it('names its list of pictures', () => {
    expect(listNameOf({ page: 'people', personId: 'p', picture: null })).toBe('people/p');
    expect(listNameOf({ page: 'mine', picture: null })).toBe('mine');
    expect(listNameOf({ page: 'album', albumId: '1', picture: null })).toBe('a/1');
    expect(listNameOf({ page: 'friends' })).toBeNull();
  });

  it('belongs to a part of the navigation, an album to the albums', () => {
    expect(sectionOf({ page: 'mine', picture: null })).toBe('mine');
    expect(sectionOf({ page: 'albums' })).toBe('albums');
    expect(sectionOf({ page: 'album', albumId: '1', picture: null })).toBe('albums');
    expect(sectionOf({ page: 'rule', albumId: '1' })).toBe('albums');
    expect(sectionOf({ page: 'people', personId: 'p', picture: null })).toBeNull();
    expect(sectionOf({ page: 'links' })).toBeNull();
  });
});

it('watches the public pictures, the pictures of a person and the open picture', () => {
  const picture = { ownerId: 'anna', id: 'fern' };
  expect(watchOf('feed', null)).toEqual({ public: true });
  expect(watchOf('public', null)).toEqual({ public: true });
  expect(watchOf('mine', null)).toEqual({});
  expect(watchOf(null, null)).toEqual({});
  expect(watchOf('people/anna', picture)).toEqual({
    ownerId: 'anna',
    picture: { ownerId: 'anna', pictureId: 'fern' },
  });
});
