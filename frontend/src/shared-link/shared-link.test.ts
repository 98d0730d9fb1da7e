// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../api/client';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { sharedTexts } from '../texts/shared-link';
import { GuestKeys, nameOfLink, readSession } from './link-storage';
import { SharedLink, unlockError } from './shared-link.svelte';

const TOKEN = 'AZ8kQ1-secret-token';
const owner = { id: 'ada', handle: 'ada', firstName: 'Ada', lastName: 'Lovelace' };
const rights = { download: true, upload: true };
const album = { kind: 'album', title: 'Oslo', owner, rights, needsPassword: false, album: {} };
const picture = (id: string) => ({ id, owner, state: 'ready' }) as Picture;

/** Replaces the API by handlers of `METHOD PATH`, without the path of the link. */
function createCloud(routes: Record<string, (call: Call) => unknown>) {
  const calls: { route: string; call: Call }[] = [];
  let isRevoked = false;
  const call = vi.fn(async (path: string, call: Call = {}) => {
    const route = `${call.method ?? 'GET'} ${path.replace(`/shared/${TOKEN}`, '')}`;
    calls.push({ route, call });
    const handler = routes[route];
    if (!handler || isRevoked) throw new ApiError(404, null);
    return handler(call);
  });
  const revoke = () => {
    isRevoked = true;
  };
  return { client: { call: call as never }, calls, routes, revoke };
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe('a link to an album', () => {
  it('shows the album and its pictures, page by page, in both orders', async () => {
    const { client, calls } = createCloud({
      'GET ': () => album,
      'GET /pictures': ({ query }) => ({
        items: [picture(`${query!.order}-${query!.cursor ?? 1}`)],
        cursor: query!.cursor ? null : '2',
      }),
    });
    const link = new SharedLink(client, TOKEN);
    await link.open();
    await vi.waitFor(() => expect(link.pictures.status).toBe('ready'));
    expect([link.status, link.info?.title]).toEqual(['open', 'Oslo']);
    await link.pictures.loadMore();
    expect(link.pictures.items.map(({ id }) => id)).toEqual(['added-1', 'added-2']);
    await link.pictures.setOrder('taken');
    expect(link.pictures.items.map(({ id }) => id)).toEqual(['taken-1']);
    expect(calls.every(({ call }) => call.open && call.noStore)).toBe(true);
  });

  it('is empty as soon as a request finds that it was revoked', async () => {
    const cloud = createCloud({
      'GET ': () => album,
      'GET /pictures': () => ({ items: [picture('1')], cursor: '2' }),
    });
    const link = new SharedLink(cloud.client, TOKEN);
    await link.open();
    await vi.waitFor(() => expect(link.pictures.items).toHaveLength(1));
    cloud.revoke();
    await link.pictures.loadMore();
    expect([link.status, link.info, link.pictures.items]).toEqual(['gone', null, []]);
  });

  it('counts one visit, also if the person comes back to the page', async () => {
    vi.useFakeTimers();
    try {
      const { client, calls } = createCloud({
        'GET ': () => album,
        'GET /pictures': () => ({ items: [picture('1')], cursor: null }),
      });
      const link = new SharedLink(client, TOKEN);
      await link.open();
      await vi.advanceTimersByTimeAsync(120_000);
      await link.revisit();
      await link.open();
      await vi.advanceTimersByTimeAsync(1);
      const routes = calls.map(({ route }) => route);
      expect(routes).toEqual(['GET ', 'GET /pictures', 'GET /pictures']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stays open if a single picture was deleted', async () => {
    const { client } = createCloud({
      'GET ': () => album,
      'GET /pictures': () => ({ items: [], cursor: null }),
    });
    const link = new SharedLink(client, TOKEN);
    await link.open();
    expect(await link.renew(picture('deleted'))).toEqual(picture('deleted'));
    expect(link.status).toBe('open');
  });
});

it('an unknown, revoked or expired link is gone', async () => {
  const link = new SharedLink(createCloud({}).client, TOKEN);
  await link.open();
  expect(link.status).toBe('gone');
});

it('a link that cannot be read is tried again', async () => {
  const cloud = createCloud({
    'GET ': () => {
      throw new ApiError(500, 'Broken.');
    },
  });
  const link = new SharedLink(cloud.client, TOKEN);
  await link.open();
  expect([link.status, link.error]).toEqual(['failed', 'Broken.']);
  cloud.routes['GET '] = () => ({ ...album, kind: 'picture', album: null, picture: picture('1') });
  await link.open();
  expect([link.status, link.info?.picture?.id]).toEqual(['open', '1']);
});

describe('a link with a password', () => {
  const session = { session: 'proof', expiresAt: '2999-01-01T00:00:00Z' };
  const locked = { kind: 'album', rights, needsPassword: true };
  const createLocked = () =>
    createCloud({
      'GET ': ({ headers }) =>
        headers?.['x-link-session'] === 'proof' ? { ...album, needsPassword: true } : locked,
      'GET /pictures': ({ headers }) => {
        if (headers?.['x-link-session'] !== 'proof') throw new ApiError(403, null);
        return { items: [picture('1')], cursor: null };
      },
      'POST /unlock': ({ body }) => {
        if ((body as { password: string }).password !== 'fjord') throw new ApiError(403, null);
        return session;
      },
    });

  it('opens with it, and again after a reload of the page', async () => {
    const { client } = createLocked();
    const link = new SharedLink(client, TOKEN);
    await link.open();
    expect([link.status, link.info]).toEqual(['locked', null]);
    expect(await link.unlock('wrong')).toBe(sharedTexts.password.wrong);
    expect(await link.unlock('fjord')).toBeNull();
    expect([link.status, link.info?.title]).toEqual(['open', 'Oslo']);
    const reloaded = new SharedLink(client, TOKEN);
    await reloaded.open();
    expect(reloaded.status).toBe('open');
  });

  it('asks again when the owner changes the password', async () => {
    const cloud = createLocked();
    const link = new SharedLink(cloud.client, TOKEN);
    await link.open();
    await link.unlock('fjord');
    cloud.routes['GET '] = () => locked;
    await link.reload();
    expect([link.status, link.info, link.pictures.items]).toEqual(['locked', null, []]);
    expect(readSession(await nameOfLink(TOKEN))).toBeNull();
  });

  it('reports for how long the address is blocked', () => {
    expect(unlockError(new ApiError(429, 'Too many.', 900))).toContain('15 minutes');
    expect(unlockError(new ApiError(429, 'Slow down.'))).toBe('Slow down.');
    expect(unlockError(new ApiError(429, null, 1))).toBe(t.errors.slowDown); // a busy server
  });
});

describe('the browser', () => {
  it('stores neither the token nor the password', async () => {
    const { client } = createCloud({
      'GET ': () => ({ kind: 'album', rights, needsPassword: true }),
      'POST /unlock': () => ({ session: 'proof', expiresAt: '2999-01-01T00:00:00Z' }),
    });
    const link = new SharedLink(client, TOKEN);
    await link.open();
    await link.unlock('a-secret-password');
    link.keys.add({ ownerId: 'ada', id: '1' }, 'key');
    const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);
    expect(stored).toContain('key');
    expect(stored).not.toContain('secret');
  });

  it('keeps the keys of each link for 24 hours', async () => {
    const [one, other] = [await nameOfLink('one'), await nameOfLink('other')];
    vi.useFakeTimers({ now: Date.parse('2026-11-29T08:00:00Z') });
    try {
      new GuestKeys(one).add({ ownerId: 'ada', id: '1' }, 'first');
      vi.advanceTimersByTime(12 * 3_600_000);
      new GuestKeys(one).add({ ownerId: 'ada', id: '2' }, 'second');
      expect(new GuestKeys(one).list().map(({ id }) => id)).toEqual(['2', '1']);
      expect(new GuestKeys(other).list()).toEqual([]);
      vi.advanceTimersByTime(12 * 3_600_000);
      expect([new GuestKeys(one).find('1'), new GuestKeys(one).find('2')]).toEqual([
        undefined,
        'second',
      ]);
      vi.advanceTimersByTime(12 * 3_600_000);
      expect(new GuestKeys(other).list()).toEqual([]);
      expect(localStorage.length).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
