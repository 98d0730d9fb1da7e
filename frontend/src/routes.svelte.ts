/** Addresses of the app: they live in the hash, so that a deep link works from any folder of any bucket. */

export type Tab = 'feed' | 'public' | 'mine';
/** What the navigation leads to: lists of pictures, and people. */
export type View = Tab | 'friends';
export type AuthPage = 'sign-in' | 'sign-up' | 'forgotten-password';
/** A list of pictures: a tab's, or what one person shows. */
export type ListName = Tab | `people/${string}`;

/** One picture of a list, opened large. */
export interface PictureRef {
  owner: string;
  id: string;
}

export type Route =
  | { page: 'start' }
  | { page: AuthPage }
  | { page: 'friends' | 'settings' }
  | { page: Tab; picture: PictureRef | null }
  | { page: 'people'; person: string; picture: PictureRef | null };

const TABS: readonly string[] = ['feed', 'public', 'mine'];
const AUTH: readonly string[] = ['sign-in', 'sign-up', 'forgotten-password'];

/** Reads a hash such as `#/public/OWNER/ID` or `#/people/PERSON/ID`; what is not known is the start. */
export function parseRoute(hash: string): Route {
  const [page = '', first, second] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  if (AUTH.includes(page)) return { page: page as AuthPage };
  if (page === 'friends' || page === 'settings') return { page };
  if (TABS.includes(page))
    return { page: page as Tab, picture: first && second ? { owner: first, id: second } : null };
  if (page === 'people' && first)
    return { page, person: first, picture: second ? { owner: first, id: second } : null };
  return { page: 'start' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** The list of pictures that a route shows, if it shows one. */
export function listOf(route: Route): ListName | null {
  if (route.page === 'people') return `people/${route.person}`;
  return TABS.includes(route.page) ? (route.page as Tab) : null;
}

/** What is shown at a route. What is a member's own cannot be shown to a visitor: that leads to signing in. */
export function shownTo(route: Route, member: boolean): Route | null {
  if (route.page === 'start') return { page: member ? 'feed' : 'public', picture: null };
  return member || route.page === 'public' ? route : null;
}

export const viewHref = (view: View) => `#/${view}`;
export const authHref = (page: AuthPage) => `#/${page}`;
export const personHref = (id: string) => `#/people/${encodeURIComponent(id)}`;
export const SETTINGS_HREF = '#/settings';
/** Where a list stands. */
export const listHref = (list: ListName) =>
  list.startsWith('people/') ? personHref(list.slice('people/'.length)) : `#/${list}`;
/** A picture opened large, with the list to leaf through behind it. */
export const pictureHref = (list: ListName, owner: string, id: string) =>
  list.startsWith('people/')
    ? `${listHref(list)}/${encodeURIComponent(id)}`
    : `#/${list}/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`;

class Router {
  route = $state<Route>(parseRoute(location.hash));
  #hash = location.hash;

  constructor() {
    window.addEventListener('hashchange', () => this.#read());
    window.addEventListener('popstate', () => this.#read());
  }

  /** The first entry of the history is this app's, too. */
  begin(): void {
    history.scrollRestoration = 'manual'; // each list knows where its reader was
    if (!history.state) history.replaceState({ from: '' } satisfies Step, '');
  }

  go(href: string): void {
    location.hash = href;
  }

  /** Changes the address without a step in the history. */
  replace(href: string): void {
    history.replaceState(history.state, '', href);
    this.#read();
  }

  /** Whether the step that led here came from there: then one step back leads there again. */
  cameFrom(href: string): boolean {
    return (history.state as Step | null)?.from === href;
  }

  #read(): void {
    // Only a new entry of the history has no note of where it came from.
    if (!history.state) history.replaceState({ from: this.#hash } satisfies Step, '');
    this.#hash = location.hash;
    this.route = parseRoute(location.hash);
  }
}

/** What each entry of the history knows. */
interface Step {
  from: string;
}

export const router = new Router();
