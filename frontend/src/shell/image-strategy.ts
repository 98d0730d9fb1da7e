/// <reference lib="webworker" />
/** Caches images in the service worker by their path, because the signatures in URLs change. */
import { registerQuotaErrorCallback } from 'workbox-core';
import { CacheFirst } from 'workbox-strategies';
import { imageCacheOf, isImageCache, MARKER, RENDITIONS_PATH, userOf } from './kept-images';

/** The maximum number of images in a cache. The oldest are deleted first. */
const MAX_IMAGES = 1_000;
/** The number of images that are added between two checks of the size of a cache. */
const CHECK_INTERVAL = 20;

const strategies = new Map<string, CacheFirst>();

/** Returns the user whose cache a request uses, or an empty string if it uses none. */
export function imageUserOf(request: Request): string {
  const url = new URL(request.url);
  // The destination of `fetch` is empty. Navigations to an image go to the server.
  const isImage = request.destination === 'image' || request.destination === '';
  const isRendition =
    url.origin === self.location.origin && url.pathname.startsWith(RENDITIONS_PATH);
  return isImage && isRendition && request.method === 'GET' ? userOf(url) : '';
}

/** Returns the strategy that reads and fills the cache of a user. */
export function strategyOf(user: string): CacheFirst {
  const known = strategies.get(user);
  if (known) return known;
  const strategy = createStrategy(imageCacheOf(user));
  strategies.set(user, strategy);
  return strategy;
}

function createStrategy(cacheName: string): CacheFirst {
  let added = 0;
  return new CacheFirst({
    cacheName,
    plugins: [
      {
        cacheKeyWillBeUsed: async ({ request }) => new URL(request.url).pathname,
        cacheWillUpdate: async ({ response }) =>
          isWholeImage(response) && (await isInUse(cacheName)) ? response : null,
        cacheDidUpdate: async () => {
          if (added % CHECK_INTERVAL === 0) await deleteOldest(cacheName);
          added += 1;
          // The page can have deleted the cache while the image was added.
          if (!(await isInUse(cacheName))) await caches.delete(cacheName);
        },
      },
    ],
  });
}

function isWholeImage({ status, headers }: Response): boolean {
  return status === 200 && (headers.get('content-type') ?? '').startsWith('image/');
}

async function isInUse(cacheName: string): Promise<boolean> {
  return (await caches.match(MARKER, { cacheName })) !== undefined;
}

/** Deletes the oldest images until at most `keep` remain. */
async function deleteOldest(cacheName: string, keep = MAX_IMAGES): Promise<void> {
  const cache = await caches.open(cacheName);
  const [, ...images] = await cache.keys(); // the first entry is the marker
  const oldest = images.slice(0, Math.max(0, images.length - keep));
  await Promise.all(oldest.map((image) => cache.delete(image)));
}

/** Deletes all images when the disk is full. */
registerQuotaErrorCallback(async () => {
  const names = await caches.keys();
  await Promise.all(names.filter(isImageCache).map((name) => deleteOldest(name, 0)));
});
