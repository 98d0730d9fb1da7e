/// <reference lib="webworker" />
/** The service worker: keeps the app's own files, so that it opens at once and without a connection. */
import { clientsClaim } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';
import type { ShellFile } from '../../vite.shell';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const SHELL_FILES: ShellFile[];

const HOME = new URL(self.registration.scope).pathname;
const CONFIG = new URL('config.json', self.registration.scope).href;
const CONFIG_CACHE = 'albumen-config';
/** Seconds that the network has to answer before what is known already will do. */
const PATIENCE = 3;

precacheAndRoute(SHELL_FILES);
cleanupOutdatedCaches();

// The page itself, whatever stands behind `?`; other addresses are the server's to answer.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('index.html'), {
    allowlist: [new RegExp(`^${escape(HOME)}(index\\.html)?(\\?.*)?$`)],
  }),
);

// Where everything is. All else, the API, pictures and Cognito among it, goes past this worker.
registerRoute(
  ({ url }) => url.href === CONFIG,
  new NetworkFirst({ cacheName: CONFIG_CACHE, networkTimeoutSeconds: PATIENCE }),
);
self.addEventListener('install', (event) =>
  event.waitUntil(caches.open(CONFIG_CACHE).then((cache) => cache.add(CONFIG))),
);

// A new version waits until the person says so.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
clientsClaim();

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
