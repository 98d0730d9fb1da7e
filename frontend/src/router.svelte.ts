import { isAppPath } from './shell/paths';
import {
  hasToken,
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
  /** Returns `true` if a member is signed in. The router leaves the sign-in pages for members. */
  isSignedIn: () => boolean = () => false;
  #path = '';
  #listening = new AbortController();

  /** Shows the page of the current address, and follows links and the history until `end`. */
  begin(): void {
    history.scrollRestoration = 'manual'; // each list restores its own position
    const { signal } = this.#listening;
    window.addEventListener('popstate', () => this.#followAddress(), { signal });
    window.addEventListener('hashchange', () => this.#followAddress(), { signal });
    window.addEventListener('click', (event) => this.#handleClick(event), { signal });
    this.#followAddress();
  }

  end(): void {
    this.#listening.abort();
  }

  /** Opens a path in a new entry of the history. */
  go(path: string, list?: ListName): void {
    if (path === this.#path) return;
    const state: HistoryState = { from: this.#pathToStore() };
    if (list) state.list = list;
    const returnTo = this.#returnPathFor(path);
    if (returnTo) state.returnTo = returnTo;
    history.pushState(state, '', path);
    this.#followAddress();
  }

  /** Replaces the path of the current entry of the history. */
  replace(path: string): void {
    history.replaceState(history.state, '', path);
    this.#followAddress();
  }

  /**
   * Closes a picture and shows `list`. Goes back if the previous entry of the history shows that
   * list, and replaces the current entry otherwise.
   */
  closePicture(list: ListName): void {
    const { from, list: openedFrom } = this.#state();
    if (openedFrom === list || from === listHref(list)) history.back();
    else this.replace(listHref(list));
  }

  /** Replaces a sign-in page by the path in `returnTo`, or else by the feed, for a member. */
  leaveAuthPage(): void {
    if (isAuthPage(this.route.page) && this.isSignedIn())
      this.replace(this.#state().returnTo ?? viewHref('feed'));
  }

  /**
   * Returns the path to open after a sign-in on the page `path`: the current path, or `returnTo` if
   * the current page is a sign-in page, too. Returns undefined if the feed opens, and if `path` is
   * no sign-in page.
   */
  #returnPathFor(path: string): string | undefined {
    if (!isAuthPage(parseRoute(path).page)) return undefined;
    const { page } = this.route;
    if (isAuthPage(page)) return this.#state().returnTo;
    const returnsToFeed = page === 'start' || page === 'public' || page === 'unknown';
    return returnsToFeed ? undefined : this.#pathToStore() || undefined;
  }

  /** Returns the current path, or an empty text if other entries must not store it. */
  #pathToStore(): string {
    return hasToken(this.#path) ? '' : this.#path;
  }

  #handleClick(event: MouseEvent): void {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    const list = link.closest<HTMLElement>('[data-list]')?.dataset.list as ListName | undefined;
    this.go(withoutSlash(link.pathname), list);
  }

  #followAddress(): void {
    // An entry that the browser created has no state, such as the first one and a changed hash.
    const state: HistoryState = this.#state();
    const newPath = replacementPath();
    if (newPath) history.replaceState(state, '', newPath);
    else if (!history.state) history.replaceState(state, '');
    this.#path = withoutSlash(location.pathname);
    this.route = parseRoute(location.pathname, state.list);
    this.leaveAuthPage();
  }

  #state(): HistoryState {
    return (history.state as HistoryState | null) ?? { from: this.#pathToStore() };
  }
}

/** Returns the path that replaces an old address, or null if the address is not an old one. */
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
