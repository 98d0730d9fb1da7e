/** Stands for the API in the component tests of albums and share links. */
import { vi } from 'vitest';
import type { Album, Link } from '../api/album-types';
import { ApiError } from '../api/errors';
import type { Client } from '../api/client';
import type { Friend, Picture } from '../api/types';

export const person = (id: string) => ({ id, handle: id, firstName: id, lastName: 'Atkins' });

export const picture = (id: string, owner = 'me') =>
  ({ id, owner: person(owner), state: 'ready', visibility: 'private' }) as Picture;

export const friend = (id: string): Friend => ({
  ...person(id),
  state: 'friends',
  since: '2026-01-02T03:04:05Z',
});

export const album = (details: Partial<Album> = {}): Album => ({
  id: 'oslo',
  owner: person('me'),
  title: 'Oslo',
  description: null,
  visibility: 'private',
  role: 'owner',
  cover: null,
  smart: details.rule !== undefined,
  count: 2,
  createdAt: '2026-01-02T03:04:05Z',
  updatedAt: '2026-01-02T03:04:05Z',
  ...details,
});

export const link = (details: Partial<Link> = {}): Link => ({
  id: 'link',
  albumId: 'oslo',
  name: 'Family',
  expiresAt: null,
  hasPassword: false,
  rights: { download: false, upload: false },
  review: false,
  visits: 0,
  lastVisitedAt: null,
  createdAt: '2026-01-02T03:04:05Z',
  ...details,
});

export const page = <Item>(...items: Item[]) => ({ items, cursor: null });

/**
 * Creates the function `call` of the API. `routes` has a reply or an error for each method and
 * path, such as `GET /albums/oslo`.
 */
export function createCall(routes: Record<string, unknown>) {
  const requests: [route: string, body: unknown][] = [];
  const call = vi.fn(async (path: string, { method = 'GET', body } = {} as never) => {
    const route = `${method as string} ${path}`;
    if (method !== 'GET') requests.push([route, body]);
    if (!(route in routes)) throw new ApiError(404, `No reply for ${route}.`);
    const reply = routes[route];
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? (reply as (body: unknown) => unknown)(body) : reply;
  });
  return { call: call as unknown as Client['call'], requests };
}
