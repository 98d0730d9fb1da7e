import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../api/albumen';
import type { Person } from '../../api/types';
import type { Config } from '../../config';
import { Session } from './session.svelte';

const cognito = {
  signInUser: vi.fn(async () => 'done'),
  revokeToken: vi.fn(async () => undefined),
  signOutEverywhere: vi.fn(async () => undefined),
  getIdentity: vi.fn(),
  getCredentials: vi.fn(),
};
vi.mock('./lazy-cognito', () => ({
  LazyCognito: class {
    load = async () => cognito;
    forgetCredentials = async () => undefined;
  },
}));

const CREDENTIALS = { accessKeyId: 'anna’s', secretAccessKey: '' };
const person = (id: string): Person => ({ id, handle: id, firstName: id, lastName: '' });

/** The storage that the tabs of a browser share. */
let store: Map<string, string>;
const storage = {
  getItem: (key: string) => store.get(key) ?? null,
  setItem: (key: string, value: string) => store.set(key, value),
  removeItem: (key: string) => store.delete(key),
  key: (index: number) => [...store.keys()][index] ?? null,
  get length() {
    return store.size;
  },
};
const PREFIX = 'CognitoIdentityServiceProvider.c';

/** Stores a session as Amplify does. */
function storeSession(user: string): void {
  store.set(`${PREFIX}.LastAuthUser`, user);
  store.set(`${PREFIX}.${user}.refreshToken`, `refresh-${user}`);
}

/** Deletes the session as Amplify does if Cognito refuses to renew the tokens. */
function deleteSession(): void {
  for (const key of store.keys()) if (key.startsWith(PREFIX)) store.delete(key);
}

/** Dispatches the event of a change in another tab, and waits for its effect. */
async function notifyTabs(): Promise<void> {
  window.dispatchEvent(Object.assign(new Event('storage'), { key: `${PREFIX}.LastAuthUser` }));
  await new Promise((resolve) => setTimeout(resolve, 100));
}

/**
 * Starts a session with an API whose replies the test releases. Continues the stored session of
 * `user`, if any.
 */
async function page(user?: string) {
  const replies = new Map<string, (person: Person) => void>();
  const api = {
    getUser: (id: string) => new Promise<Person>((resolve) => replies.set(id, resolve)),
    closeConnections: vi.fn(async (id: string) => ({ id })),
  };
  const session = new Session({ clientId: 'c' } as Config);
  const asked = (id: string) => vi.waitFor(() => expect(replies.has(id)).toBe(true));
  const starting = session.start(api as unknown as Api);
  if (user) {
    await asked(user);
    replies.get(user)!(person(user));
  }
  await starting;
  async function enter(id: string): Promise<{ done: Promise<unknown>; reply: () => void }> {
    cognito.getIdentity.mockResolvedValue({ userId: id, email: id, profile: null });
    const done = session.signIn(id, 'secret');
    await asked(id);
    return { done, reply: () => replies.get(id)!(person(id)) };
  }
  return { session, enter, api };
}

beforeEach(() => {
  store = new Map();
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('sessionStorage', { ...storage, length: 0 });
  for (const target of ['window', 'document']) vi.stubGlobal(target, new EventTarget());
  cognito.getCredentials.mockReset().mockResolvedValue(CREDENTIALS);
});
afterEach(() => vi.unstubAllGlobals());

it('a user who signs out before the profile arrives stays signed out', async () => {
  const { session, enter } = await page();
  const { done, reply } = await enter('anna');
  await session.signOut();
  reply();
  await done;
  expect([session.status, session.person]).toEqual(['signedOut', null]);
});

it('the user id is reported before the profile is read, unless the user has signed out', async () => {
  const { session, enter } = await page();
  const reported: (string | null)[] = [];
  session.onUserKnown = (id) => reported.push(id);
  const anna = await enter('anna');
  expect([reported, session.person]).toEqual([['anna'], null]);
  anna.reply();
  await anna.done;
  cognito.getIdentity.mockImplementationOnce(async () => {
    await session.signOut();
    return { userId: 'bela', email: '', profile: null };
  });
  await session.resume();
  expect([reported, session.status]).toEqual([['anna'], 'signedOut']);
});

it('a visitor is reported at the start', async () => {
  const session = new Session({ clientId: 'c' } as Config);
  const reported: (string | null)[] = [];
  session.onUserKnown = (id) => reported.push(id);
  await session.start({} as Api);
  expect(reported).toEqual([null]);
});

it('the last sign-in wins, in whichever order the profiles arrive', async () => {
  const { session, enter } = await page();
  const anna = await enter('anna');
  const bela = await enter('bela');
  bela.reply();
  await bela.done;
  anna.reply();
  await anna.done;
  expect(session.person?.id).toBe('bela');
});

it('a changed profile is ignored after a sign-out', async () => {
  const { session, enter } = await page();
  const { done, reply } = await enter('anna');
  reply();
  await done;
  session.updatePerson({ ...person('anna'), firstName: 'Anne' });
  expect(session.person?.firstName).toBe('Anne');
  await session.signOut();
  session.updatePerson(person('anna'));
  expect([session.status, session.person]).toEqual(['signedOut', null]);
});

it('a sign-out passes the last credentials on', async () => {
  const { session, enter } = await page();
  const { done, reply } = await enter('anna');
  reply();
  await done;
  session.onSessionClosed = vi.fn();
  await session.signOut();
  expect(session.onSessionClosed).toHaveBeenCalledExactlyOnceWith(CREDENTIALS);
  expect(await session.credentials()).toBeNull();
});

it('a session that starts during the revocation of the previous one stays', async () => {
  const { session, enter } = await page();
  const anna = await enter('anna');
  anna.reply();
  await anna.done;
  let finish: () => void = () => undefined;
  cognito.revokeToken.mockImplementationOnce(
    () => new Promise((resolve) => (finish = () => resolve(undefined))),
  );
  const signingOut = session.signOut();
  await vi.waitFor(() => expect(session.status).toBe('signedOut'));
  store.set(`${PREFIX}.LastAuthUser`, 'bela');
  const bela = await enter('bela');
  bela.reply();
  await bela.done;
  finish();
  await signingOut;
  expect(session.person?.id).toBe('bela');
  expect(store.has(`${PREFIX}.LastAuthUser`)).toBe(true);
});

/** Opens a page that continues the stored session of a user. */
function signedInPage(user: string) {
  storeSession(user);
  cognito.getIdentity.mockResolvedValue({ userId: user, email: user, profile: null });
  return page(user);
}

describe('a session that ends in another tab', () => {
  it('asks to sign in again if nobody signed out', async () => {
    const { session } = await signedInPage('anna');
    session.onSessionClosed = vi.fn();
    session.onSessionEnded = vi.fn();
    deleteSession();
    await notifyTabs();
    await notifyTabs();
    expect([session.mustSignInAgain, session.person?.id]).toEqual([true, 'anna']);
    expect(session.onSessionClosed).not.toHaveBeenCalled();
    expect(session.onSessionEnded).toHaveBeenCalledTimes(1);
  });

  it('continues when the other tab signs in the same user', async () => {
    const { session } = await signedInPage('anna');
    deleteSession();
    await notifyTabs();
    session.onUserKnown = vi.fn();
    storeSession('anna');
    await notifyTabs();
    expect([session.mustSignInAgain, session.person?.id]).toEqual([false, 'anna']);
    expect(session.onUserKnown).toHaveBeenCalledWith('anna');
  });

  it('is closed if the user signed out', async () => {
    const { session: first } = await signedInPage('anna');
    const { session: second } = await signedInPage('anna');
    await first.signOut();
    await notifyTabs();
    expect([second.status, second.mustSignInAgain]).toEqual(['signedOut', false]);
  });

  it('is closed if the user signs out after it has ended', async () => {
    const { session: first } = await signedInPage('anna');
    const { session: second } = await signedInPage('anna');
    deleteSession();
    await notifyTabs();
    await first.signOut();
    await notifyTabs();
    expect([second.status, second.mustSignInAgain]).toEqual(['signedOut', false]);
  });

  it('is closed if the user signed out and in again', async () => {
    const { session: first } = await signedInPage('anna');
    const { session: second } = await signedInPage('anna');
    second.onSessionClosed = vi.fn();
    await first.signOut();
    storeSession('anna');
    await notifyTabs();
    expect(second.onSessionClosed).toHaveBeenCalledOnce();
  });

  it('is closed if a request finds it signed out before the event arrives', async () => {
    const { session: first } = await signedInPage('anna');
    const { session: second } = await signedInPage('anna');
    await first.signOut();
    cognito.getCredentials.mockResolvedValueOnce(null);
    expect(await second.credentials(true)).toBeNull();
    expect([second.status, second.mustSignInAgain]).toEqual(['signedOut', false]);
  });
});

describe('credentials', () => {
  /** Holds the next call of Cognito. Returns a function that ends it. */
  function holdCredentials(): (credentials: object | null) => void {
    let finish: (credentials: object | null) => void = () => undefined;
    cognito.getCredentials.mockImplementationOnce(
      () => new Promise((resolve) => (finish = resolve)),
    );
    return (credentials) => finish(credentials);
  }

  it('concurrent calls share one request', async () => {
    const { session } = await signedInPage('anna');
    const finish = holdCredentials();
    const calls = [session.credentials(), session.credentials()];
    await vi.waitFor(() => expect(cognito.getCredentials).toHaveBeenCalled());
    finish(CREDENTIALS);
    expect(await Promise.all(calls)).toEqual([CREDENTIALS, CREDENTIALS]);
    expect(cognito.getCredentials).toHaveBeenCalledOnce();
  });

  type Page = Awaited<ReturnType<typeof signedInPage>>;

  /** Begins a call of the user that waits for its reply, then signs out and signs in Bela. */
  async function switchUserDuringCall({ session, enter }: Page) {
    const finish = holdCredentials();
    const annasCall = session.credentials(true);
    await vi.waitFor(() => expect(cognito.getCredentials).toHaveBeenCalled());
    await session.signOut();
    storeSession('bela');
    const bela = await enter('bela');
    bela.reply();
    await bela.done;
    return { annasCall, finish };
  }

  it('a call of the previous user gets none, and the next user does not share it', async () => {
    const page = await signedInPage('anna');
    const { session } = page;
    const { annasCall, finish } = await switchUserDuringCall(page);
    const belasCall = session.credentials(true);
    finish(CREDENTIALS);
    const belasCredentials = { accessKeyId: 'bela’s', secretAccessKey: '' };
    cognito.getCredentials.mockResolvedValue(belasCredentials);
    expect(await annasCall).toBeNull();
    expect(await session.credentials()).toEqual(belasCredentials);
    expect(await belasCall).not.toBeNull();
  });

  it('a late end of the previous session does not ask the next user to sign in', async () => {
    const page = await signedInPage('anna');
    const { session } = page;
    const { annasCall, finish } = await switchUserDuringCall(page);
    finish(null);
    expect(await annasCall).toBeNull();
    expect(session.mustSignInAgain).toBe(false);
  });

  it('a page gets none after another tab signed in another user', async () => {
    const { session } = await signedInPage('anna');
    cognito.getIdentity.mockResolvedValue(null);
    deleteSession();
    storeSession('bela');
    expect(await session.credentials()).toBeNull();
    expect(session.person).toBeNull();
  });
});

it('a sign-out does not wait for the revocation', async () => {
  const { session } = await signedInPage('anna');
  cognito.revokeToken.mockImplementationOnce(() => new Promise(() => undefined));
  await session.signOut();
  expect(session.status).toBe('signedOut');
});

it('signs out everywhere at Cognito, then closes the live connections', async () => {
  storeSession('anna');
  const { session, api } = await page('anna');
  api.closeConnections.mockImplementationOnce(async () => {
    expect(cognito.signOutEverywhere).toHaveBeenCalledOnce();
    throw new TypeError('no network');
  });
  await expect(session.signOutEverywhere()).rejects.toThrow();
  expect(session.status).toBe('signedIn');
  await session.signOutEverywhere();
  expect(api.closeConnections).toHaveBeenLastCalledWith('anna');
  expect(session.status).toBe('signedOut');
});

it('checks the session when the page becomes visible after a long time', async () => {
  storeSession('anna');
  const { session } = await page('anna');
  vi.stubGlobal('document', Object.assign(document, { visibilityState: 'visible' }));
  cognito.getCredentials.mockImplementationOnce(async () => {
    deleteSession();
    return null;
  });
  vi.setSystemTime(Date.now() + 30 * 60_000);
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.waitFor(() => expect(session.mustSignInAgain).toBe(true));
  vi.useRealTimers();
});
