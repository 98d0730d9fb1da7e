import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../../api/albumen';
import type { Person } from '../../api/types';
import type { Config } from '../../config';
import { Session } from './session.svelte';

const cognito = {
  signInUser: vi.fn(async () => 'done'),
  revokeToken: vi.fn(async () => undefined),
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
const emptyStore = { getItem: () => null, removeItem: () => undefined, key: () => null, length: 0 };

/** Starts a session with an API whose replies the test releases. */
async function page() {
  const replies = new Map<string, (person: Person) => void>();
  const api = {
    getUser: (id: string) => new Promise<Person>((resolve) => replies.set(id, resolve)),
  } as unknown as Api;
  const session = new Session({ clientId: 'c' } as Config);
  await session.start(api);
  const asked = (id: string) => vi.waitFor(() => expect(replies.has(id)).toBe(true));
  async function enter(id: string): Promise<{ done: Promise<unknown>; reply: () => void }> {
    cognito.getIdentity.mockResolvedValue({ userId: id, email: id, profile: null });
    const done = session.signIn(id, 'secret');
    await asked(id);
    return { done, reply: () => replies.get(id)!(person(id)) };
  }
  return { session, enter };
}

beforeEach(() => {
  for (const store of ['localStorage', 'sessionStorage']) vi.stubGlobal(store, emptyStore);
  for (const target of ['window', 'document']) vi.stubGlobal(target, new EventTarget());
  cognito.getCredentials.mockResolvedValue(CREDENTIALS);
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
  const store = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    removeItem: (key: string) => store.delete(key),
    key: (index: number) => [...store.keys()][index] ?? null,
    get length() {
      return store.size;
    },
  });
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
  store.set('CognitoIdentityServiceProvider.c.LastAuthUser', 'bela');
  const bela = await enter('bela');
  bela.reply();
  await bela.done;
  finish();
  await signingOut;
  expect([session.person?.id, store.size]).toEqual(['bela', 1]);
});
