import { expect, it } from 'vitest';
import { deleteStoredSession, repairStoredSession, storedUser } from './stored-session';

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

it('a stored session names its user, and needs a refresh token', () => {
  expect(storedUser(CONFIG, storeOf(session))).toBe('julia@example.org');
  expect(storedUser({ clientId: 'other' }, storeOf(session))).toBeNull();
  const { [`${USER}.refreshToken`]: _, ...half } = session;
  expect(storedUser(CONFIG, storeOf(half))).toBeNull();
});

it('deleting a session removes its entries and no others', () => {
  const store = storeOf({
    ...session,
    'com.amplify.Cognito.pool.identityId': 'x',
    'CognitoSignInState.username': 'y',
    theme: 'dark',
  });
  deleteStoredSession([store]);
  expect([...store.map.keys()]).toEqual(['theme']);
});

it.each(['accessToken', 'idToken'])('a missing %s is replaced by an expired token', (lost) => {
  const store = storeOf(session);
  store.removeItem(`${USER}.${lost}`);
  repairStoredSession(CONFIG, store);
  const [, payload] = store.getItem(`${USER}.accessToken`)!.split('.');
  expect(JSON.parse(atob(payload!))).toEqual({ exp: 1, iat: 1 });
});

it('a complete session and an empty store stay unchanged', () => {
  for (const entries of [session, {}]) {
    const store = storeOf(entries);
    repairStoredSession(CONFIG, store);
    expect(Object.fromEntries(store.map)).toEqual(entries);
  }
});
