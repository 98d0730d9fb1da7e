// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from './auth/session/session.svelte';
import type { Config } from './config';
import { CurrentApp } from './current-app.svelte';
import { drafts } from './picture/drafts';
import { Router } from './router.svelte';
import { announcer } from './ui/announce.svelte';

const CONFIG: Config = {
  region: 'eu-central-1',
  api: 'https://api.example/v1',
  live: 'wss://live.example',
  userPoolId: 'pool',
  clientId: 'client',
  identityPoolId: 'identities',
};
const HANDLERS = {
  onUserKnown: (_userId: string | null) => undefined,
  onSignedIn: () => undefined,
  onSessionEnded: () => undefined,
  onSessionClosed: (_lastCredentials: null) => undefined,
  onSignedOut: () => undefined,
};

/** A session whose handlers the test calls. */
function createSession() {
  const session = { ...HANDLERS, status: 'signedOut', person: null, credentials: async () => null };
  return session as typeof session & Session;
}

describe('the app of the present user', () => {
  let router: Router;
  let session: ReturnType<typeof createSession>;
  let current: CurrentApp;
  const requests = vi.fn((_request: Request) => new Promise<Response>(() => undefined));

  beforeEach(() => {
    requests.mockClear();
    vi.stubGlobal('fetch', requests);
    history.replaceState(null, '', '/');
    router = new Router();
    router.begin();
    session = createSession();
    current = new CurrentApp(CONFIG, session, router);
  });
  afterEach(() => {
    router.end();
    vi.unstubAllGlobals();
  });

  it('belongs to a visitor first, and is the same after the visitor is known', () => {
    const { app } = current;
    session.onUserKnown(null);
    expect(current.app).toBe(app);
    expect(app.userId).toBeNull();
  });

  it('is another one for each member and after each sign-out', () => {
    const visitor = current.app;
    session.onUserKnown('anna');
    const anna = current.app;
    session.onSessionClosed(null);
    session.onUserKnown('julia');
    expect(anna).not.toBe(visitor);
    expect([anna.userId, current.app.userId]).toEqual(['anna', 'julia']);
    expect(current.app.library).not.toBe(anna.library);
  });

  it('requests the first list before the profile is known', async () => {
    session.onUserKnown(null);
    await vi.waitFor(() => expect(requests).toHaveBeenCalled());
    expect(requests.mock.calls[0]![0].url).toContain('/public');
  });

  it('keeps no unsaved text of a member who signs out', () => {
    session.onUserKnown('anna');
    drafts.set('picture/caption', 'Ferns');
    expect(current.app.unfinished()).not.toBe('');
    session.onSessionClosed(null);
    expect(current.app.unfinished()).toBe('');
    expect(drafts.size).toBe(0);
  });

  it('keeps images only of the present user, and none after the session has ended', async () => {
    const names = new Set(['albumen-images-julia', 'workbox-precache']);
    vi.stubGlobal('caches', {
      keys: async () => [...names],
      delete: async (name: string) => names.delete(name),
      open: async (name: string) => {
        names.add(name);
        return { match: async () => undefined, put: async () => undefined };
      },
    });
    const kept = (...users: string[]) =>
      vi.waitFor(() =>
        expect([...names]).toEqual([
          'workbox-precache',
          ...users.map((user) => `albumen-images-${user}`),
        ]),
      );
    session.onUserKnown('anna');
    await kept('anna');
    session.onSessionEnded();
    await kept();
    session.onUserKnown('anna');
    await kept('anna');
    session.onSessionClosed(null);
    await kept('visitor');
  });

  it('opens the start and announces the sign-out of a member', () => {
    router.go('/mine');
    session.onSignedOut();
    expect(location.pathname).toBe('/');
    expect(announcer.text).not.toBe('');
  });
});
