import { isAppPath } from './shell/paths';
import {
  isAuthPage,
  listHref,
  parseRoute,
  pathOfOldHash,
  START_HREF,
  viewHref,
  type ListName,
  type Route,
} from './routes';

/** The state of an entry of the browser's history. */
interface HistoryState {
  /** The path of the entry before it; empty if that is not a page of the app. */
  from: string;
  /** The list from which the picture was opened. The entry before shows it. */
  list?: ListName;
  /** The path to open after signing in. */
  returnTo?: string;
}

export class Router {
  route = $state.raw<Route>({ page: 'start' });
  /** Returns `true` if a member is signed in. Members are led away from the sign-in pages. */
  hasMember: () => boolean = () => false;
  #path = '';
  #listening = new AbortController();

  /** Reads the address and follows it from now on. */
  begin(): void {
    history.scrollRestoration = 'manual'; // each list restores its own position
    const { signal } = this.#listening;
    window.addEventListener('popstate', () => this.#read(), { signal });
    window.addEventListener('hashchange', () => this.#read(), { signal });
    window.addEventListener('click', (event) => this.#click(event), { signal });
    this.#read();
  }

  end(): void {
    this.#listening.abort();
  }

  /** Opens a path in a new entry of the history. */
  go(path: string, list?: ListName): void {
    if (path === this.#path) return;
    const state: HistoryState = { from: this.#path };
    if (list) state.list = list;
    const returnTo = this.#returnPathFor(path);
    if (returnTo) state.returnTo = returnTo;
    history.pushState(state, '', path);
    this.#read();
  }

  /** Replaces the path of the current entry of the history. */
  replace(path: string): void {
    history.replaceState(history.state, '', path);
    this.#read();
  }

  /** Leaves a picture for the list behind it. Goes back if the previous entry shows that list. */
  closePicture(list: ListName): void {
    const { from, list: openedFrom } = this.#state();
    if (openedFrom === list || from === listHref(list)) history.back();
    else this.replace(listHref(list));
  }

  /** Opens the page that a member wanted before they had to sign in, or else the feed. */
  leaveAuthPage(): void {
    if (isAuthPage(this.route.page) && this.hasMember())
      this.replace(this.#state().returnTo ?? viewHref('feed'));
  }

  /** Returns the path to open after a sign-in, if `path` is a sign-in page. */
  #returnPathFor(path: string): string | undefined {
    if (!isAuthPage(parseRoute(path).page)) return undefined;
    const { page } = this.route;
    if (isAuthPage(page)) return this.#state().returnTo;
    return page === 'start' || page === 'public' || page === 'unknown' ? undefined : this.#path;
  }

  #click(event: MouseEvent): void {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    const list = link.closest<HTMLElement>('[data-list]')?.dataset.list as ListName | undefined;
    this.go(withoutSlash(link.pathname), list);
  }

  #read(): void {
    // Only an entry that the browser made has no state, for example after a change of the hash.
    const state: HistoryState = this.#state();
    const address = replacementPath();
    if (address) history.replaceState(state, '', address);
    else if (!history.state) history.replaceState(state, '');
    this.#path = withoutSlash(location.pathname);
    this.route = parseRoute(location.pathname, state.list);
    this.leaveAuthPage();
  }

  #state(): HistoryState {
    return (history.state as HistoryState | null) ?? { from: this.#path };
  }
}

/** Returns the path to replace the current address by, or null if the address is up to date. */
function replacementPath(): string | null {
  if (location.pathname === '/index.html') return pathOfOldHash(location.hash) ?? START_HREF;
  return pathOfOldHash(location.hash);
}

const withoutSlash = (path: string) => path.replace(/(.)\/$/, '$1');

/** Returns the link of a click that the app follows itself, or null if the browser handles it. */
export function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const { button, altKey, ctrlKey, metaKey, shiftKey, target } = event;
  if (event.defaultPrevented || button !== 0 || altKey || ctrlKey || metaKey || shiftKey)
    return null;
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null;
  if (!link || link.target || link.hasAttribute('download') || link.hash) return null;
  const { origin, pathname } = new URL(link.href);
  return origin === location.origin && isAppPath(pathname) ? link : null;
}

export const router = new Router();
