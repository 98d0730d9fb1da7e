import { createContext } from 'svelte';
import { createApi, type Api } from './api/albumen';
import { createClient } from './api/client';
import type { Session } from './auth/session/session.svelte';
import { countUnsavedTexts } from './auth/session/on-sign-out';
import { CommentThreads } from './comments/comment-threads';
import type { Config } from './config';
import { Library } from './feed/library.svelte';
import { keepListsInSync } from './feed/live-sync';
import { LiveConnection } from './live/live-connection.svelte';
import { Inbox } from './notifications/inbox.svelte';
import { forgetImages } from './shell/kept-images';
import { t } from './texts';
import { Uploads } from './upload/uploads.svelte';

/** The state and the services of one member, or of a visitor. */
export interface App {
  readonly api: Api;
  readonly session: Session;
  /** Null for a visitor. */
  readonly userId: string | null;
  readonly library: Library;
  readonly uploads: Uploads;
  readonly live: LiveConnection;
  readonly inbox: Inbox;
  /** Null for a visitor. */
  readonly commentThreads: CommentThreads | null;
  /** Returns a sentence about everything that leaving the page would lose, or an empty text. */
  unfinished: () => string;
  /** Discards all data. `lastApi` still signs requests, which end unfinished uploads. */
  dispose: (lastApi: Api | null) => void;
}

export const [getApp, setApp] = createContext<App>();

/** Parts that do not depend on the user. */
export interface SharedParts {
  config: Config;
  session: Session;
  api: Api;
}

/** Creates the app of one member, or of a visitor if `userId` is null. */
export function createApp({ config, session, api }: SharedParts, userId: string | null): App {
  const live = new LiveConnection(config, session.credentials);
  const library = new Library(api, userId, {
    isLive: () => live.connected,
    onRemove: (id) => void forgetImages(id),
  });
  const inbox = new Inbox(api, userId);
  const commentThreads = userId === null ? null : new CommentThreads();
  const uploads = new Uploads({
    api,
    onPicture: (picture) => library.put(picture),
    isLive: () => live.connected,
    mustSignInAgain: () => session.mustSignInAgain,
  });

  const stopSync = keepListsInSync({ api, library, live, session });
  live.onMessage(uploads.handleLiveMessage);
  const listeners = new AbortController();
  window.addEventListener('offline', uploads.handleOffline, { signal: listeners.signal });
  window.addEventListener('online', uploads.handleOnline, { signal: listeners.signal });

  function unfinished(): string {
    const texts = countUnsavedTexts() + uploads.unsaved + (commentThreads?.unsentCount ?? 0);
    return t.shell.unfinished(uploads.unfinished, texts);
  }

  function dispose(lastApi: Api | null): void {
    listeners.abort();
    stopSync();
    live.dispose();
    void uploads.dispose(lastApi ?? undefined);
    library.dispose();
    inbox.dispose();
    commentThreads?.dispose();
  }

  return {
    api,
    session,
    userId,
    library,
    uploads,
    live,
    inbox,
    commentThreads,
    unfinished,
    dispose,
  };
}

/** Returns an API client whose requests the given credentials sign. */
export function createSignedApi(config: Config, credentials: Session['credentials']): Api {
  return createApi(createClient({ ...config, credentials }));
}
