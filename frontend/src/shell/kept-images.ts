/**
 * The images that the service worker caches. Each user has their own cache, which exists only while
 * they use the page. The page creates and deletes the caches. The service worker adds the images.
 */

/** The path of all renditions on the site. */
export const RENDITIONS_PATH = '/renditions/';
/** Stands for the user id of visitors. */
const VISITOR = 'visitor';
const CACHE_PREFIX = 'albumen-images-';
/**
 * The first entry of each cache, which only the page adds. The service worker adds images only to a
 * cache with this entry, so a download that ends after the sign-out is not kept.
 */
export const MARKER = `${RENDITIONS_PATH}kept`;

export const isImageCache = (name: string) => name.startsWith(CACHE_PREFIX);
export const imageCacheOf = (user: string) => `${CACHE_PREFIX}${user}`;

/**
 * Adds the user to the URL of a rendition, as its fragment. The service worker selects the cache by
 * it. Browsers do not send fragments to the server.
 */
export const withUser = (url: string, userId: string | null) => `${url}#${userId ?? VISITOR}`;

/** Returns the user in the fragment of a URL, or an empty string. */
export const userOf = ({ hash }: URL): string => /^#([\w-]+)$/.exec(hash)?.[1] ?? '';

/** The user whose images are kept. */
let keptUser: string | null = null;
/** The last change of the caches. Changes run one after the other. */
let lastChange = Promise.resolve();

/** Keeps images of one user, or of visitors if `userId` is null. Deletes those of all others. */
export const keepImagesOf = (userId: string | null) => setUser(userId ?? VISITOR);

/** Deletes all images and keeps no further ones. */
export const forgetAllImages = () => setUser(null);

/** Deletes the images of these pictures or owners. */
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

/** Returns whether the service worker has an image and no download is needed. */
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

/**
 * Runs `work` after all earlier changes. Ignores errors, because browsers can refuse caches, for
 * example in private windows.
 */
function change(work: () => Promise<void>): Promise<void> {
  lastChange = lastChange.then(work).catch(() => undefined);
  return lastChange;
}
