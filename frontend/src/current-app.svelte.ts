import type { Api } from './api/albumen';
import type { Credentials } from './api/client';
import { createApp, createSignedApi, type App } from './app';
import { discardUserData } from './auth/session/on-sign-out';
import { Session } from './auth/session/session.svelte';
import type { Config } from './config';
import { router, type Router } from './router.svelte';
import { listNameOf, pageFor, START_HREF } from './routes';
import { t } from './texts';
import { forgetAllImages, keepImagesOf } from './shell/kept-images';
import { announce } from './ui/announce.svelte';
import { toasts } from './ui/toasts.svelte';

/**
 * The `App` of the current user, or of a visitor. A new one replaces it at each sign-in and
 * sign-out, so that no data of one user reaches the next.
 */
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
    pages.isSignedIn = () => session.status === 'signedIn';
    session.onUserKnown = (userId) => this.#showUser(userId);
    session.onSignedIn = () => this.#handleSignedIn();
    session.onSessionEnded = () => void forgetAllImages();
    session.onBeforeSignOut = () => toasts.flush();
    session.onSessionClosed = (lastCredentials) => this.#showVisitor(lastCredentials);
    session.onSignedOut = () => this.#handleSignedOut();
  }

  /** Continues the session that this browser stores. */
  start(): void {
    void this.session.start(this.#api);
  }

  /** Replaces the app, and requests the first list before the user's profile is known. */
  #showUser(userId: string | null): void {
    void keepImagesOf(userId);
    this.#replaceApp(userId, null);
    const shown = pageFor(this.#router.route, userId);
    const list = shown && listNameOf(shown);
    if (list) void this.app.library.open(list);
  }

  #handleSignedIn(): void {
    void this.app.live.start();
    this.#router.leaveAuthPage();
  }

  /** Replaces the app. The last credentials sign the requests that end unfinished uploads. */
  #showVisitor(lastCredentials: Credentials | null): void {
    void keepImagesOf(null);
    const lastApi = lastCredentials && createSignedApi(this.#config, async () => lastCredentials);
    this.#replaceApp(null, lastApi);
  }

  #handleSignedOut(): void {
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
