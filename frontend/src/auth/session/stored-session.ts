/** The session in this browser's storage, which Amplify writes. Reads it without the library. */
import type { Config } from '../../config';

type Store = Pick<Storage, 'getItem' | 'removeItem' | 'key' | 'length'>;

/** The prefixes of Amplify's tokens, identity ids and sign-in states. */
const PREFIXES = ['CognitoIdentityServiceProvider.', 'com.amplify.Cognito.', 'CognitoSignInState.'];
const TOKEN_PREFIX = PREFIXES[0]!;
/** The key of a random value that changes with each sign-out in this browser. */
const SIGN_OUT_KEY = 'albumen.lastSignOut';
/** The time in which another tab writes all entries of a sign-in. */
const OTHER_TAB_DELAY_MS = 50;

const keyOf = ({ clientId }: Pick<Config, 'clientId'>, name: string) =>
  `${TOKEN_PREFIX}${clientId}.${name}`;

/** Returns the user name of the stored session, or null if there is none. */
export function storedUser(
  config: Pick<Config, 'clientId'>,
  store: Store = localStorage,
): string | null {
  const user = store.getItem(keyOf(config, 'LastAuthUser'));
  return user !== null && store.getItem(keyOf(config, `${user}.refreshToken`)) !== null
    ? user
    : null;
}

export function storedRefreshToken(
  config: Pick<Config, 'clientId'>,
  store: Store = localStorage,
): string | null {
  const user = storedUser(config, store);
  return user === null ? null : store.getItem(keyOf(config, `${user}.refreshToken`));
}

/** Returns `true` if there may be a stored session, before the client id is known. */
export const mayHaveStoredSession = (store: object = localStorage): boolean =>
  Object.keys(store).some((key) => key.startsWith(TOKEN_PREFIX));

/** Deletes all entries of any session. */
export function deleteStoredSession(
  stores: readonly Store[] = [localStorage, sessionStorage],
): void {
  for (const store of stores) {
    const keys = Array.from({ length: store.length }, (_, index) => store.key(index));
    for (const key of keys) if (key && isSessionKey(key)) store.removeItem(key);
  }
}

const isSessionKey = (key: string) => PREFIXES.some((prefix) => key.startsWith(prefix));

/**
 * Records that the user signed out. Other tabs cannot see that in the tokens alone, because Amplify
 * also deletes them if Cognito refuses to renew them.
 */
export function recordSignOut(store: Pick<Storage, 'setItem'> = localStorage): void {
  store.setItem(SIGN_OUT_KEY, crypto.randomUUID());
}

/** Returns a value that differs after each sign-out, or null if there was none. */
export const lastSignOut = (store: Pick<Storage, 'getItem'> = localStorage): string | null =>
  store.getItem(SIGN_OUT_KEY);

/** A token that expired long ago, so that Amplify renews it. */
const EXPIRED_TOKEN = ['{"alg":"none"}', '{"exp":1,"iat":1}', 'none']
  .map((part) => btoa(part).replaceAll('=', ''))
  .join('.');

/** The part of Amplify's storage interface that its token store uses. */
interface AsyncStore {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  removeItem(key: string): Promise<void>;
  clear(): Promise<void>;
}

/**
 * Returns a store that reads an expired access token if a token is missing. Amplify would otherwise
 * ignore the session, although the refresh token can renew the others.
 */
export function createTokenStore(
  config: Pick<Config, 'clientId'>,
  inner: AsyncStore,
  store: Store = localStorage,
): AsyncStore {
  function lacksToken(key: string): boolean {
    const user = storedUser(config, store);
    if (user === null || key !== keyOf(config, `${user}.accessToken`)) return false;
    return store.getItem(key) === null || store.getItem(keyOf(config, `${user}.idToken`)) === null;
  }
  return {
    getItem: async (key) => (lacksToken(key) ? EXPIRED_TOKEN : inner.getItem(key)),
    setItem: (key, value) => inner.setItem(key, value),
    removeItem: (key) => inner.removeItem(key),
    clear: () => inner.clear(),
  };
}

/** Calls `onChange` after another tab changes the session, and after the page was frozen. */
export function watchOtherTabs(onChange: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener('storage', ({ key }) => {
    if (key !== null && key !== SIGN_OUT_KEY && !isSessionKey(key)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, OTHER_TAB_DELAY_MS);
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) onChange();
  });
}
