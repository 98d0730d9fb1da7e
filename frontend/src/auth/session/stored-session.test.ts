import { expect, it } from 'vitest';
import { createTokenStore, deleteStoredSession, storedUser } from './stored-session';

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

/** Returns the store as Amplify accesses it. */
function tokenStoreOf(store: ReturnType<typeof storeOf>) {
  const inner = {
    getItem: async (key: string) => store.getItem(key),
    setItem: async (key: string, value: string) => store.setItem(key, value),
    removeItem: async (key: string) => store.removeItem(key),
    clear: async () => store.map.clear(),
  };
  return createTokenStore(CONFIG, inner, store);
}

it.each(['accessToken', 'idToken'])('a missing %s reads as an expired token', async (lost) => {
  const store = storeOf(session);
  store.removeItem(`${USER}.${lost}`);
  const entries = Object.fromEntries(store.map);
  const [, payload] = (await tokenStoreOf(store).getItem(`${USER}.accessToken`))!.split('.');
  expect(JSON.parse(atob(payload!))).toEqual({ exp: 1, iat: 1 });
  expect(Object.fromEntries(store.map)).toEqual(entries);
});

it('a complete session reads as it is, and an empty store has no token', async () => {
  expect(await tokenStoreOf(storeOf(session)).getItem(`${USER}.accessToken`)).toBe('a.b.c');
  expect(await tokenStoreOf(storeOf({})).getItem(`${USER}.accessToken`)).toBeNull();
});
