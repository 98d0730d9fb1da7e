/** The addresses of the app. They are real paths, such as `/p/OWNERID/PICTUREID`. */
import type { Watch } from './live/socket';
import { isAppPath } from './shell/paths';

export type Tab = 'feed' | 'public' | 'mine';
/** A page of the navigation: a list of pictures, the albums, or the friends. */
export type NavigationPage = Tab | 'albums' | 'friends';
export const NAVIGATION_PAGES: readonly NavigationPage[] = [
  'feed',
  'public',
  'mine',
  'albums',
  'friends',
];
/** A page of a member without a list of pictures. */
export type PlainPage = 'friends' | 'settings' | 'albums' | 'links';
export type AuthPage = 'sign-in' | 'sign-up' | 'forgotten-password';
/** A list of pictures: a tab, the pictures of one person, or an album. */
export type ListName = Tab | `people/${string}` | `a/${string}`;

export interface PictureRef {
  ownerId: string;
  id: string;
}

/** A person, or one of their pictures, at an address with their handle instead of their id. */
interface HandleRoute {
  page: 'handle';
  handle: string;
  pictureId: string | null;
}

/** The rule of a smart album, of a new one if `albumId` is null. */
interface RuleRoute {
  page: 'rule';
  albumId: string | null;
}

export type Route =
  | { page: 'start' | 'unknown' }
  | { page: AuthPage }
  | { page: PlainPage }
  | { page: Tab }
  | { page: 'people'; personId: string }
  | HandleRoute
  | { page: 'album'; albumId: string }
  | RuleRoute
  /** The page of a share link. */
  | { page: 'shared'; token: string }
  /** `list` is the list from which the picture was opened, or null after a deep link. */
  | { page: 'picture'; picture: PictureRef; list: ListName | null };

/** The page on the screen, with the picture that is open above it. */
export type ShownPage =
  | { page: PlainPage | 'unknown' }
  | HandleRoute
  | RuleRoute
  | { page: 'shared'; token: string }
  | { page: Tab; picture: PictureRef | null }
  | { page: 'people'; personId: string; picture: PictureRef | null }
  | { page: 'album'; albumId: string; picture: PictureRef | null };

const TABS: readonly string[] = ['feed', 'public', 'mine'] satisfies Tab[];
const AUTH_PAGES: readonly string[] = [
  'sign-in',
  'sign-up',
  'forgotten-password',
] satisfies AuthPage[];
const PEOPLE_PREFIX = 'people/';
const ALBUM_PREFIX = 'a/';
const NEW_ALBUM = 'new';

export const START_HREF = '/';
export const SETTINGS_HREF = '/settings';
export const ALBUMS_HREF = '/a';
export const LINKS_HREF = '/links';
export const viewHref = (page: NavigationPage) => (page === 'albums' ? ALBUMS_HREF : `/${page}`);
export const authHref = (page: AuthPage) => `/${page}`;
export const personHref = (id: string) => `/people/${encodeURIComponent(id)}`;
export const albumHref = (id: string) => `/a/${encodeURIComponent(id)}`;
/** Returns the address of the rule of a smart album, or of a new one. No album has the id `new`. */
export const ruleHref = (id: string | null) => `${albumHref(id ?? NEW_ALBUM)}/rule`;
export const albumListName = (id: string): ListName => `${ALBUM_PREFIX}${id}`;
export function listHref(list: ListName): string {
  const [personId, albumId] = [personIdOf(list), albumIdOf(list)];
  if (personId !== null) return personHref(personId);
  return albumId === null ? `/${list}` : albumHref(albumId);
}
/** Whether a path contains the token of a share link, which is a secret. */
export const hasToken = (path: string) => parseRoute(path).page === 'shared';
export const pictureHref = (ownerId: string, pictureId: string) =>
  `/p/${encodeURIComponent(ownerId)}/${encodeURIComponent(pictureId)}`;

/** Returns the person of a list, or null if it is not the list of a person. */
const personIdOf = (list: ListName | null) => withoutPrefix(list, PEOPLE_PREFIX);
/** Returns the album of a list, or null if it is not the list of an album. */
export const albumIdOf = (list: ListName | null) => withoutPrefix(list, ALBUM_PREFIX);

function withoutPrefix(list: ListName | null, prefix: string): string | null {
  return list?.startsWith(prefix) ? list.slice(prefix.length) : null;
}

/** Reads a path such as `/people/ID`, with or without a slash at the end. */
export function parseRoute(path: string, list: ListName | null = null): Route {
  if (!isAppPath(path)) return { page: 'unknown' };
  const [page = '', first = '', second = ''] = path.slice(1).split('/').map(decode);
  if (page === '') return { page: 'start' };
  if (isAuthPage(page)) return { page };
  if (page === 'friends' || page === 'settings' || page === 'links') return { page };
  if (TABS.includes(page)) return { page: page as Tab };
  if (page === 'a' && second) return { page: 'rule', albumId: first === NEW_ALBUM ? null : first };
  if (page === 'a') return first ? { page: 'album', albumId: first } : { page: 'albums' };
  if (page === 'shared' && first) return { page: 'shared', token: first };
  const handle = first.startsWith('@') ? first.slice(1) : null;
  if (page === 'people' && first)
    return handle === null
      ? { page, personId: first }
      : { page: 'handle', handle, pictureId: null };
  if (page === 'p' && first && second)
    return handle === null
      ? { page: 'picture', picture: { ownerId: first, id: second }, list }
      : { page: 'handle', handle, pictureId: second };
  return { page: 'unknown' };
}

export function isAuthPage(page: string): page is AuthPage {
  return AUTH_PAGES.includes(page);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

/**
 * Converts an address of earlier versions, such as `#/feed/OWNERID/PICTUREID`, to a path: `/` if no
 * page has the address any more. Returns null if the hash does not begin with `#/`.
 */
export function pathOfOldHash(hash: string): string | null {
  if (!hash.startsWith('#/')) return null;
  const [page = '', first, second] = hash.slice(2).replace(/\?.*/, '').split('/').filter(Boolean);
  const isPicture = first && second && (TABS.includes(page) || page === 'people');
  const segments = isPicture ? ['p', first, second] : [page, first, second];
  const path = `/${segments.filter(Boolean).join('/')}`;
  return isAppPath(path) ? path : START_HREF;
}

/**
 * Returns the page that the app shows to a member, or to a visitor if `userId` is null.
 * Returns null for the sign-in pages, and if a visitor has to sign in to see the page.
 */
export function pageFor(route: Route, userId: string | null): ShownPage | null {
  if (route.page === 'unknown') return { page: 'unknown' };
  if (route.page === 'start') return { page: userId === null ? 'public' : 'feed', picture: null };
  if (route.page === 'picture') return pageBehindPicture(route, userId);
  if (route.page === 'shared') return route;
  if (isAuthPage(route.page)) return null;
  if (userId === null && route.page !== 'public') return null;
  if (route.page === 'handle' || route.page === 'rule') return route;
  if ('personId' in route) return { ...route, picture: null };
  if ('albumId' in route) return { ...route, picture: null };
  if (TABS.includes(route.page)) return { page: route.page as Tab, picture: null };
  return { page: route.page as PlainPage };
}

/**
 * Returns the page behind an open picture: the list from which it was opened, or after a deep link
 * the pictures of its owner. Visitors always see the public pictures behind it.
 */
function pageBehindPicture(
  { picture, list }: Extract<Route, { page: 'picture' }>,
  userId: string | null,
): ShownPage {
  if (userId === null) return { page: 'public', picture };
  const [personId, albumId] = [personIdOf(list), albumIdOf(list)];
  if (personId !== null) return { page: 'people', personId, picture };
  if (albumId !== null) return { page: 'album', albumId, picture };
  if (list) return { page: list as Tab, picture };
  if (picture.ownerId === userId) return { page: 'mine', picture };
  return { page: 'people', personId: picture.ownerId, picture };
}

/** Returns what the page shows besides the pictures of its member and of their friends. */
export function watchOf(list: ListName | null, picture: PictureRef | null): Watch {
  const ownerId = personIdOf(list);
  return {
    ...(list === 'feed' || list === 'public' ? { public: true } : {}),
    ...(ownerId === null ? {} : { ownerId }),
    ...(picture ? { picture: { ownerId: picture.ownerId, pictureId: picture.id } } : {}),
  };
}

/** Returns the part of the navigation to which a page belongs, or null. */
export function sectionOf({ page }: ShownPage): NavigationPage | null {
  if (page === 'album' || page === 'rule') return 'albums';
  return NAVIGATION_PAGES.find((section) => section === page) ?? null;
}

/** Returns the list of pictures on the screen, or null on a page without one. */
export function listNameOf(shown: ShownPage): ListName | null {
  if (shown.page === 'people') return `${PEOPLE_PREFIX}${shown.personId}` as ListName;
  if (shown.page === 'album') return albumListName(shown.albumId);
  return TABS.includes(shown.page) ? (shown.page as Tab) : null;
}
