import { expect, it } from 'vitest';
import { mend, storedUser, wipe } from './browser';

const CONFIG = { clientId: 'app' };
const USER = 'CognitoIdentityServiceProvider.app.julia@example.org';

function storeOf(entries: Record<string, string>) {
  const map = new Map(Object.entries(entries));
  return {
    map,
    get length() {
      return map.size;
    },
    key: (index: number) => [...map.keys()][index] ?? null,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

const session = {
  'CognitoIdentityServiceProvider.app.LastAuthUser': 'julia@example.org',
  [`${USER}.accessToken`]: 'a.b.c',
  [`${USER}.idToken`]: 'd.e.f',
  [`${USER}.refreshToken`]: 'g',
};

it('knows who is signed in by the refresh token: without it there is no session to go on with', () => {
  expect(storedUser(CONFIG, storeOf(session))).toBe('julia@example.org');
  expect(storedUser({ clientId: 'other' }, storeOf(session))).toBeNull();
  const { [`${USER}.refreshToken`]: _, ...half } = session;
  expect(storedUser(CONFIG, storeOf(half))).toBeNull();
});

it('wipes what belongs to a session, and nothing else', () => {
  const store = storeOf({
    ...session,
    'com.amplify.Cognito.pool.identityId': 'x',
    'CognitoSignInState.username': 'y',
    theme: 'dark',
  });
  wipe([store]);
  expect([...store.map.keys()]).toEqual(['theme']);
});

it.each(['accessToken', 'idToken'])('puts one that has run out where the %s is lacking', (lost) => {
  const store = storeOf(session);
  store.removeItem(`${USER}.${lost}`);
  mend(CONFIG, store);
  const [, payload] = store.getItem(`${USER}.accessToken`)!.split('.');
  expect(JSON.parse(atob(payload!))).toEqual({ exp: 1, iat: 1 });
});

it('leaves whole sessions and those of nobody alone', () => {
  for (const entries of [session, {}]) {
    const store = storeOf(entries);
    mend(CONFIG, store);
    expect(Object.fromEntries(store.map)).toEqual(entries);
  }
});
