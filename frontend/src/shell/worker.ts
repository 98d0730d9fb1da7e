/// <reference lib="webworker" />
/**
 * The service worker. It caches the app's own files, so that the app opens at once and offline, and
 * the images that a person has seen. It has no route for other requests, such as those to the API,
 * to Cognito and for originals, so the browser sends them as without a service worker.
 */
import { clientsClaim } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';
import type { ShellFile } from '../../vite.shell';
import { imageUserOf, strategyOf } from './image-strategy';
import { isAppPath } from './paths';

declare const self: ServiceWorkerGlobalScope;
/** Defined by the build. */
declare const SHELL_FILES: ShellFile[];

const CONFIG_URL = new URL('/config.json', self.location.origin).href;
const CONFIG_CACHE = 'albumen-config';
/** Seconds to wait for the network before the cached configuration is used. */
const CONFIG_TIMEOUT_SECONDS = 3;

precacheAndRoute(SHELL_FILES);
cleanupOutdatedCaches();

// A navigation to a path of the app, with any query string, gets the cached page.
registerRoute(
  ({ request, url }) =>
    request.mode === 'navigate' && url.origin === self.location.origin && isAppPath(url.pathname),
  createHandlerBoundToURL('/index.html'),
);

// The configuration comes from the network, or from the cache after the timeout and offline.
registerRoute(
  ({ url }) => url.href === CONFIG_URL,
  new NetworkFirst({ cacheName: CONFIG_CACHE, networkTimeoutSeconds: CONFIG_TIMEOUT_SECONDS }),
);
self.addEventListener('install', (event) =>
  event.waitUntil(caches.open(CONFIG_CACHE).then((cache) => cache.add(CONFIG_URL))),
);

registerRoute(
  ({ request }) => imageUserOf(request) !== '',
  (options) => strategyOf(imageUserOf(options.request)).handle(options),
);

// A new version waits until the person accepts it.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
clientsClaim();
