/**
 * The images that the service worker keeps. Each user has a cache of their own, which exists only
 * while they use the page: the page creates and deletes the caches, the service worker fills them.
 */

/** The path of all renditions on the site. */
export const RENDITIONS_PATH = '/renditions/';
/** The user whose images visitors see. */
const VISITOR = 'visitor';
const CACHE_PREFIX = 'albumen-images-';
/**
 * The first entry of a cache that a page has created. The service worker uses no other cache, so a
 * download that ends after a sign-out is not kept.
 */
export const MARKER = `${RENDITIONS_PATH}kept`;

export const isImageCache = (name: string) => name.startsWith(CACHE_PREFIX);
export const imageCacheOf = (user: string) => `${CACHE_PREFIX}${user}`;

/**
 * Adds the user to the URL of a rendition, as its fragment. Browsers do not send fragments, but the
 * service worker reads from it whose cache the image belongs to.
 */
export const withUser = (url: string, userId: string | null) => `${url}#${userId ?? VISITOR}`;

/** Returns the user from the fragment of a URL, or an empty text. */
export const userOf = ({ hash }: URL): string => /^#([\w-]+)$/.exec(hash)?.[1] ?? '';

/** The user whose images are kept. */
let keptUser: string | null = null;
/** The last change of the caches. Each waits for the one before it. */
let lastChange = Promise.resolve();

/** Keeps the images of one user, or of visitors if `userId` is null. Deletes all others. */
export const keepImagesOf = (userId: string | null) => setUser(userId ?? VISITOR);

/** Deletes all images, and keeps no more. */
export const forgetAllImages = () => setUser(null);

/** Forgets the images whose paths contain one of these ids, of pictures or of owners. */
export function forgetImages(...ids: readonly string[]): Promise<void> {
  return change(async () => {
    if (keptUser === null) return;
    const cache = await caches.open(imageCacheOf(keptUser));
    const requests = await cache.keys();
    const forgotten = requests.filter(({ url }) =>
      new URL(url).pathname.split('/').some((part) => ids.includes(part)),
    );
    await Promise.all(forgotten.map((request) => cache.delete(request)));
  });
}

/** Returns `true` if the service worker answers requests for an image without a download. */
export async function isKept(url: string): Promise<boolean> {
  if (keptUser === null || !navigator.serviceWorker?.controller) return false;
  try {
    const { pathname } = new URL(url, location.href);
    return (await caches.match(pathname, { cacheName: imageCacheOf(keptUser) })) !== undefined;
  } catch {
    return false;
  }
}

function setUser(user: string | null): Promise<void> {
  keptUser = user;
  return change(async () => {
    const wanted = keptUser === null ? null : imageCacheOf(keptUser);
    const names = await caches.keys();
    const others = names.filter((name) => isImageCache(name) && name !== wanted);
    await Promise.all(others.map((name) => caches.delete(name)));
    if (user === null || user !== keptUser) return;
    const cache = await caches.open(imageCacheOf(user));
    if (!(await cache.match(MARKER))) await cache.put(MARKER, new Response());
  });
}

/** Ignores errors, because browsers can refuse caches, for example in private windows. */
function change(work: () => Promise<void>): Promise<void> {
  lastChange = lastChange.then(work).catch(() => undefined);
  return lastChange;
}
