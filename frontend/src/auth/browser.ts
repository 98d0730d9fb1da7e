/** What Amplify keeps in this browser: looked at without loading the library, and wiped when a session ends. */
import type { Config } from '../config';

type Store = Pick<Storage, 'getItem' | 'removeItem' | 'key' | 'length'>;

/** Where Amplify puts tokens, and what the identity pool knows a browser by. */
const PREFIXES = ['CognitoIdentityServiceProvider.', 'com.amplify.Cognito.', 'CognitoSignInState.'];

const keyOf = ({ clientId }: Pick<Config, 'clientId'>, name: string) =>
  `CognitoIdentityServiceProvider.${clientId}.${name}`;

/** Under which name somebody is signed in here; null: nobody is. */
export function storedUser(
  config: Pick<Config, 'clientId'>,
  store: Store = localStorage,
): string | null {
  const user = store.getItem(keyOf(config, 'LastAuthUser'));
  return user !== null && store.getItem(keyOf(config, `${user}.refreshToken`)) !== null
    ? user
    : null;
}

/** The refresh token of the session that this browser holds, if any. */
export function storedRefreshToken(
  config: Pick<Config, 'clientId'>,
  store: Store = localStorage,
): string | null {
  const user = storedUser(config, store);
  return user === null ? null : store.getItem(keyOf(config, `${user}.refreshToken`));
}

/** Whether somebody may be signed in, before it is known where. */
export const perhapsSomebody = (store: object = localStorage): boolean =>
  Object.keys(store).some((key) => key.startsWith(PREFIXES[0]!));

/** Removes everything that belongs to a session, whoever wrote it. */
export function wipe(stores: readonly Store[] = [localStorage, sessionStorage]): void {
  for (const store of stores) {
    const keys = Array.from({ length: store.length }, (_, index) => store.key(index));
    for (const key of keys) if (key && isOfSession(key)) store.removeItem(key);
  }
}

const isOfSession = (key: string) => PREFIXES.some((prefix) => key.startsWith(prefix));

/** A token that has run out a long time ago: Amplify fetches another one. */
const RUN_OUT = ['{"alg":"none"}', '{"exp":1,"iat":1}', 'none']
  .map((part) => btoa(part).replaceAll('=', ''))
  .join('.');

/** Amplify takes a store that lacks a token for nobody's, although the refresh token would bring another one. */
export function mend(
  config: Pick<Config, 'clientId'>,
  store: Store & Pick<Storage, 'setItem'> = localStorage,
): void {
  const user = storedUser(config, store);
  if (user === null) return;
  const [access, id] = ['accessToken', 'idToken'].map((token) =>
    keyOf(config, `${user}.${token}`),
  ) as [string, string];
  if (store.getItem(access) === null || store.getItem(id) === null) store.setItem(access, RUN_OUT);
}

/** Calls `look` when another tab has changed the session, and when this page comes back from the browser's memory. */
export function watchOtherTabs(look: () => void): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener('storage', ({ key }) => {
    if (key !== null && !isOfSession(key)) return;
    // A sign-in writes half a dozen entries, one event each.
    clearTimeout(waiting);
    waiting = setTimeout(look, 50);
  });
  window.addEventListener('pageshow', ({ persisted }) => persisted && look());
}
