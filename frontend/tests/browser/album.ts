/** Pictures that the test serves in place of the API. */
import type { Page } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { stack } from './app';

/** An image of one pixel as a data URL, so that ten thousand pictures need no requests. */
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkaPhfDwADIwHp7o2AkQAAAABJRU5ErkJggg==';
const SIZES: readonly (readonly [number, number])[] = [
  [1600, 1067],
  [1067, 1600],
  [1600, 1200],
  [1600, 900],
  [1200, 1200],
];

/** Returns a UUIDv7. Number 0 is the newest. */
export const fakeId = (number: number) =>
  `0197${(0xffffffff - number).toString(16).padStart(8, '0')}`.replace(
    /^(.{8})(.{4})$/,
    '$1-$2-7000-8000-000000000000',
  );

type ImageUrl = (number: number, size: 'small' | 'large') => string;

export function fakePicture(
  number: number,
  owner: Picture['owner'],
  imageUrl: ImageUrl = () => PIXEL,
): Picture {
  const [width, height] = SIZES[(number * 7) % SIZES.length]!;
  const rendition = (size: 'small' | 'large', edge: number) => ({
    url: imageUrl(number, size),
    width: Math.round((width * edge) / 1600),
    height: Math.round((height * edge) / 1600),
    bytes: 1000 + number,
  });
  return {
    id: fakeId(number),
    owner,
    state: 'ready',
    visibility: 'public',
    caption: `Number ${number}`,
    uploadedAt: new Date(Date.UTC(2026, 5, 1) - number * 3_600_000).toISOString(),
    width: width * 2,
    height: height * 2,
    contentType: 'image/jpeg',
    bytes: 2_000_000,
    metadata: {},
    thumbhash: '3OcRJYB4d3h/iIeHeEh3eIhw+j3A',
    renditions: { small: rendition('small', 320), large: rendition('large', 1600) },
  };
}

/** Serves `count` pictures as a list, page by page. `imageUrl` returns the URLs of images. */
export async function servePictures(
  page: Page,
  count: number,
  imageUrl?: ImageUrl,
  path: '/public' | '/feed' = '/public',
): Promise<void> {
  const owner = {
    id: '00000000-0000-4000-8000-000000000000',
    handle: 'anna',
    firstName: 'Anna',
    lastName: 'Atkins',
  };
  await page.route(`${stack.api}${path}?*`, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const until = Math.min(count, from + Number(query.get('limit')));
    const items = Array.from({ length: until - from }, (_, i) =>
      fakePicture(from + i, owner, imageUrl),
    );
    await route.fulfill({
      json: {
        code: 200,
        data: { items, cursor: until < count ? String(until) : null },
        notes: null,
      },
      headers: { 'access-control-allow-origin': '*' },
    });
  });
}
