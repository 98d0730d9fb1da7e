import type { Api } from './api/albumen';
import type { Credentials } from './api/client';
import { createApp, createSignedApi, type App } from './app';
import { discardUserData } from './auth/session/on-sign-out';
import { Session } from './auth/session/session.svelte';
import type { Config } from './config';
import { router, type Router } from './router.svelte';
import { listOf, shownTo, START_HREF } from './routes';
import { t } from './texts';
import { announce } from './ui/announce.svelte';
import { toasts } from './ui/toasts.svelte';

/** Holds the app of the present user. Each sign-in and sign-out replaces it. */
export class CurrentApp {
  app = $state.raw() as App;
  readonly session: Session;
  readonly #api: Api;
  readonly #config: Config;
  readonly #router: Router;

  constructor(config: Config, session = new Session(config), pages: Router = router) {
    this.#config = config;
    this.session = session;
    this.#router = pages;
    this.#api = createSignedApi(config, session.credentials);
    this.app = this.#createApp(null);
    pages.hasMember = () => session.status === 'signedIn';
    session.onUserKnown = (userId) => this.#open(userId);
    session.onSignedIn = () => this.#enter();
    session.onBeforeSignOut = () => toasts.flush();
    session.onSessionOver = (lastCredentials) => this.#close(lastCredentials);
    session.onSignedOut = () => this.#leave();
  }

  /** Continues the session that this browser stores. */
  start(): void {
    void this.session.start(this.#api);
  }

  /** Requests the first list before the profile of the user is known. */
  #open(userId: string | null): void {
    this.#replaceApp(userId, null);
    const shown = shownTo(this.#router.route, userId);
    const list = shown && listOf(shown);
    if (list) void this.app.library.open(list);
  }

  #enter(): void {
    void this.app.live.start();
    this.#router.leaveAuthPage();
  }

  #close(lastCredentials: Credentials | null): void {
    const lastApi = lastCredentials && createSignedApi(this.#config, async () => lastCredentials);
    this.#replaceApp(null, lastApi);
  }

  #leave(): void {
    this.#router.go(START_HREF);
    announce(t.auth.signedOut);
  }

  #replaceApp(userId: string | null, lastApi: Api | null): void {
    if (userId === this.app.userId) return;
    toasts.flush();
    this.app.dispose(lastApi);
    discardUserData();
    this.app = this.#createApp(userId);
  }

  #createApp(userId: string | null): App {
    return createApp({ config: this.#config, session: this.session, api: this.#api }, userId);
  }
}
