import { createContext } from 'svelte';
import { createApi, type Api } from './api/albumen';
import { createClient } from './api/client';
import { forgetAll, textsKept } from './auth/kept';
import { Session } from './auth/session.svelte';
import { CommentThreads } from './comments/comment-threads';
import type { Config } from './config';
import { Library } from './feed/library.svelte';
import { keepListsInSync } from './feed/live-sync';
import { LiveConnection } from './live/live-connection.svelte';
import { listOf, router, shownTo, START_HREF } from './routes.svelte';
import { t } from './texts';
import { announce } from './ui/announce.svelte';
import { toasts } from './ui/toasts.svelte';
import { Inbox } from './notifications/inbox.svelte';
import { Uploads } from './upload/uploads.svelte';

/** What the views work with. */
export interface App {
  api: Api;
  session: Session;
  library: Library;
  uploads: Uploads;
  live: LiveConnection;
  inbox: Inbox;
  /** The comment threads of the member, or `null` for a visitor. */
  readonly commentThreads: CommentThreads | null;
  /** What would be lost if the person left now, in a sentence; empty: nothing. */
  unfinished: () => string;
}

export const [getApp, setApp] = createContext<App>();

export function createApp(config: Config): App {
  const session = new Session(config);
  const api = createApi(createClient({ ...config, credentials: session.credentials }));
  const live = new LiveConnection(config, session.credentials);
  const isLive = () => live.connected;
  let library = new Library(api, null, { isLive });
  let stopSync = keepListsInSync({ api, library, live, session });
  function setLibraryUser(userId: string | null): void {
    if (userId === library.userId) return;
    stopSync();
    library.dispose();
    library = new Library(api, userId, { isLive });
    stopSync = keepListsInSync({ api, library, live, session });
  }
  const inbox = new Inbox(api);
  let commentThreads: CommentThreads | null = null;
  // What is looked at first is asked for as soon as it is known who asks: it waits for neither the drawing nor the profile.
  session.onRecognised = (id) => {
    setLibraryUser(id);
    commentThreads = id === null ? null : new CommentThreads(api, id);
    const shown = shownTo(router.route, id);
    const list = shown && listOf(shown);
    if (list) void library.open(list);
  };
  router.hasMember = () => session.status === 'signedIn';
  session.onSignedIn = () => router.leaveAuthPage();
  session.onSignedOut = () => {
    router.go(START_HREF);
    announce(t.auth.signedOut);
  };
  session.onLeave = () => toasts.flush();
  const uploads = new Uploads(api, {
    onPicture: (picture) => library.put(picture),
    told: () => live.connected,
  });
  live.onMessage((message) => uploads.hear(message));
  session.onGone = (keys) => {
    uploads.belongTo(
      null,
      keys && createApi(createClient({ ...config, credentials: async () => keys })),
    );
    setLibraryUser(null);
    commentThreads?.dispose();
    commentThreads = null;
    forgetAll();
  };
  const unsavedTexts = () => textsKept() + uploads.unsaved + (commentThreads?.unsentCount ?? 0);
  const unfinished = () => t.shell.unfinished(uploads.unfinished, unsavedTexts());
  window.addEventListener('offline', uploads.offline);
  window.addEventListener('online', uploads.online);
  void session.start(api);
  return {
    api,
    session,
    get library() {
      return library;
    },
    uploads,
    live,
    inbox,
    get commentThreads() {
      return commentThreads;
    },
    unfinished,
  };
}
