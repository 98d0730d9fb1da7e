import { createContext } from 'svelte';
import { createApi, type Api } from './api/albumen';
import { createClient } from './api/client';
import { forgetAll, textsKept } from './auth/kept';
import { Session } from './auth/session.svelte';
import type { Config } from './config';
import { keepInStep } from './feed/in-step';
import { Library } from './feed/library.svelte';
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
  /** What would be lost if the person left now, in a sentence; empty: nothing. */
  unfinished: () => string;
}

export const [getApp, setApp] = createContext<App>();

export function createApp(config: Config): App {
  const session = new Session(config);
  const api = createApi(createClient({ ...config, credentials: session.credentials }));
  const live = new LiveConnection(config, session.credentials);
  const library = new Library(api, () => live.connected);
  const inbox = new Inbox(api);
  // What is looked at first is asked for as soon as it is known who asks: it waits for neither the drawing nor the profile.
  session.onRecognised = (id) => {
    library.belongTo(id);
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
  keepInStep({ api, library, live, session });
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
    library.belongTo(null);
    forgetAll();
  };
  const unfinished = () => t.shell.unfinished(uploads.unfinished, textsKept() + uploads.unsaved);
  window.addEventListener('offline', uploads.offline);
  window.addEventListener('online', uploads.online);
  void session.start(api);
  return { api, session, library, uploads, live, inbox, unfinished };
}
