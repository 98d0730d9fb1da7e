/** Addresses of the app: they live in the hash, so that a deep link works from any folder of any bucket. */

export type Tab = 'feed' | 'public' | 'mine';
/** What the navigation leads to: lists of pictures, and people. */
export type View = Tab | 'friends';
export type AuthPage = 'sign-in' | 'sign-up';

export type Route =
  | { page: 'start' }
  | { page: AuthPage }
  | { page: 'friends' }
  | { page: Tab; picture: { owner: string; id: string } | null };

const TABS: readonly string[] = ['feed', 'public', 'mine'];

/** Reads a hash such as `#/public/OWNER/ID`; what is not known is the start. */
export function parseRoute(hash: string): Route {
  const [page = '', owner, id] = hash.replace(/^#?\/?/, '').split('/').map(decode);
  if (page === 'sign-in' || page === 'sign-up' || page === 'friends') return { page };
  if (TABS.includes(page)) return { page: page as Tab, picture: owner && id ? { owner, id } : null };
  return { page: 'start' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

export const viewHref = (view: View) => `#/${view}`;
export const authHref = (page: AuthPage) => `#/${page}`;
export const pictureHref = (tab: Tab, owner: string, id: string) => `#/${tab}/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`;

class Router {
  route = $state<Route>(parseRoute(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => this.#read());
    window.addEventListener('popstate', () => this.#read());
  }

  go(href: string): void {
    location.hash = href;
  }

  /** Changes the address without a step in the history. */
  replace(href: string): void {
    history.replaceState(history.state, '', href);
    this.#read();
  }

  #read(): void {
    this.route = parseRoute(location.hash);
  }
}

export const router = new Router();
