import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import type { Person } from '../api/types';
import type { Config } from '../config';
import { Session } from './session.svelte';

const cognito = {
  enter: vi.fn(async () => 'done'),
  revoke: vi.fn(async () => undefined),
  identity: vi.fn(),
  credentials: vi.fn(),
};
vi.mock('./lazy-cognito', () => ({
  LazyCognito: class {
    load = async () => cognito;
    forgetKeys = async () => undefined;
  },
}));

const KEYS = { accessKeyId: 'anna’s', secretAccessKey: '' };
const person = (id: string): Person => ({ id, handle: id, firstName: id, lastName: '' });
const none = { getItem: () => null, removeItem: () => undefined, key: () => null, length: 0 };

/** An API whose replies come when they are told to. */
async function page() {
  const replies = new Map<string, (person: Person) => void>();
  const api = {
    getUser: (id: string) => new Promise<Person>((resolve) => replies.set(id, resolve)),
  } as unknown as Api;
  const session = new Session({ clientId: 'c' } as Config);
  await session.start(api);
  const asked = (id: string) => vi.waitFor(() => expect(replies.has(id)).toBe(true));
  async function enter(id: string): Promise<{ done: Promise<unknown>; reply: () => void }> {
    cognito.identity.mockResolvedValue({ userId: id, email: id, profile: null });
    const done = session.signIn(id, 'secret');
    await asked(id);
    return { done, reply: () => replies.get(id)!(person(id)) };
  }
  return { session, enter };
}

beforeEach(() => {
  for (const store of ['localStorage', 'sessionStorage']) vi.stubGlobal(store, none);
  for (const target of ['window', 'document']) vi.stubGlobal(target, new EventTarget());
  cognito.credentials.mockResolvedValue(KEYS);
});
afterEach(() => vi.unstubAllGlobals());

it('shows nobody who left before the reply came', async () => {
  const { session, enter } = await page();
  const { done, reply } = await enter('anna');
  await session.signOut();
  reply();
  await done;
  expect([session.status, session.person]).toEqual(['signedOut', null]);
});

it('tells who opens the app before their profile is read, and nothing of who was overtaken', async () => {
  const { session, enter } = await page();
  const told: (string | null)[] = [];
  session.onRecognised = (id) => told.push(id);
  const anna = await enter('anna');
  expect([told, session.person]).toEqual([['anna'], null]);
  anna.reply();
  await anna.done;
  cognito.identity.mockImplementationOnce(async () => {
    await session.signOut();
    return { userId: 'bela', email: '', profile: null };
  });
  await session.resume();
  expect([told, session.status]).toEqual([['anna'], 'signedOut']);
});

it('tells that a visitor opens the app', async () => {
  const session = new Session({ clientId: 'c' } as Config);
  const told: (string | null)[] = [];
  session.onRecognised = (id) => told.push(id);
  await session.start({} as Api);
  expect(told).toEqual([null]);
});

it('shows who came last, whichever reply comes last', async () => {
  const { session, enter } = await page();
  const anna = await enter('anna');
  const bela = await enter('bela');
  bela.reply();
  await bela.done;
  anna.reply();
  await anna.done;
  expect(session.person?.id).toBe('bela');
});

it('takes a change of the profile only from who is still here', async () => {
  const { session, enter } = await page();
  const { done, reply } = await enter('anna');
  reply();
  await done;
  session.changed({ ...person('anna'), firstName: 'Anne' });
  expect(session.person?.firstName).toBe('Anne');
  await session.signOut();
  session.changed(person('anna'));
  expect([session.status, session.person]).toEqual(['signedOut', null]);
});

it('gives the last keys of who has left to what has to be taken back', async () => {
  const { session, enter } = await page();
  const { done, reply } = await enter('anna');
  reply();
  await done;
  session.onGone = vi.fn();
  await session.signOut();
  expect(session.onGone).toHaveBeenCalledExactlyOnceWith(KEYS);
  expect(await session.credentials()).toBeNull();
});

it('keeps a session that starts while the revocation of the previous one is pending', async () => {
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
  cognito.revoke.mockImplementationOnce(
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
