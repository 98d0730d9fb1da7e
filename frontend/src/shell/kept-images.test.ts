// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  forgetAllImages,
  forgetImages,
  isKept,
  keepImagesOf,
  MARKER,
  userOf,
  withUser,
} from './kept-images';

const SITE = location.origin;
let stored: Map<string, Map<string, Response>>;

/** The parts of the Cache API that the module uses. */
function createCaches() {
  const pathOf = (key: string | Request) =>
    new URL(typeof key === 'string' ? key : key.url, SITE).pathname;
  return {
    keys: async () => [...stored.keys()],
    delete: async (name: string) => stored.delete(name),
    match: async (key: string, { cacheName }: { cacheName: string }) =>
      stored.get(cacheName)?.get(pathOf(key)),
    open: async (name: string) => {
      const entries = stored.get(name) ?? new Map<string, Response>();
      stored.set(name, entries);
      return {
        match: async (key: string) => entries.get(pathOf(key)),
        put: async (key: string, reply: Response) => void entries.set(pathOf(key), reply),
        delete: async (key: Request) => entries.delete(pathOf(key)),
        keys: async () => [...entries.keys()].map((path) => ({ url: SITE + path })),
      };
    },
  };
}

const cached = () =>
  Object.fromEntries([...stored].map(([name, entries]) => [name, [...entries.keys()]]));

beforeEach(async () => {
  stored = new Map([['workbox-precache', new Map()]]);
  vi.stubGlobal('caches', createCaches());
  Object.defineProperty(navigator, 'serviceWorker', {
    value: { controller: {} },
    configurable: true,
  });
  await forgetAllImages();
});
afterEach(() => vi.unstubAllGlobals());

function fill(user: string, ...paths: string[]): void {
  for (const path of paths) stored.get(`albumen-images-${user}`)!.set(path, new Response());
}

it('only one person has a cache of images', async () => {
  await keepImagesOf(null);
  expect(cached()).toEqual({ 'workbox-precache': [], 'albumen-images-visitor': [MARKER] });
  await keepImagesOf('anna');
  fill('anna', '/renditions/o/p/small');
  await keepImagesOf('anna');
  expect(cached()).toEqual({
    'workbox-precache': [],
    'albumen-images-anna': [MARKER, '/renditions/o/p/small'],
  });
  await keepImagesOf('julia');
  expect(cached()).toEqual({ 'workbox-precache': [], 'albumen-images-julia': [MARKER] });
  await forgetAllImages();
  expect(cached()).toEqual({ 'workbox-precache': [] });
});

it('the last of several changes of the person counts', async () => {
  await Promise.all([keepImagesOf('anna'), keepImagesOf(null), keepImagesOf('julia')]);
  expect(Object.keys(cached())).toEqual(['workbox-precache', 'albumen-images-julia']);
  await Promise.all([keepImagesOf('anna'), forgetAllImages()]);
  expect(Object.keys(cached())).toEqual(['workbox-precache']);
});

it('an image is found by its path, for the present person only', async () => {
  await keepImagesOf('anna');
  fill('anna', '/renditions/o/p/small');
  expect(await isKept(`${SITE}/renditions/o/p/small?X-Amz-Signature=1`)).toBe(true);
  expect(await isKept(`${SITE}/renditions/o/p/large`)).toBe(false);
  Object.defineProperty(navigator, 'serviceWorker', { value: { controller: null } });
  expect(await isKept(`${SITE}/renditions/o/p/small`)).toBe(false);
});

it('the images of a picture and of an owner are forgotten', async () => {
  await keepImagesOf('anna');
  fill('anna', '/renditions/o/p/small', '/renditions/o/q/small', '/renditions/r/s/small');
  await forgetImages('p', 'r');
  expect(cached()['albumen-images-anna']).toEqual([MARKER, '/renditions/o/q/small']);
  await forgetAllImages();
  await forgetImages('q');
  expect(Object.keys(cached())).toEqual(['workbox-precache']);
});

it('a browser that refuses caches keeps nothing', async () => {
  vi.stubGlobal('caches', undefined);
  await keepImagesOf('anna');
  await forgetImages('p');
  expect(await isKept('/renditions/o/p/small')).toBe(false);
});

it('the fragment of an address names the person', () => {
  const address = withUser('https://site.example/renditions/o/p/small?X-Amz-Date=1', 'anna-1');
  expect(userOf(new URL(address))).toBe('anna-1');
  expect(userOf(new URL(withUser('https://site.example/a', null)))).toBe('visitor');
  expect(userOf(new URL('https://site.example/a'))).toBe('');
});
