import { signIn } from '@aws-amplify/auth';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../../config';
import { signInUser } from './cognito';

vi.mock('@aws-amplify/auth', () => ({ signIn: vi.fn() }));
vi.mock('@aws-amplify/auth/cognito', () => ({
  cognitoCredentialsProvider: {},
  cognitoUserPoolsTokenProvider: {},
}));
vi.mock('@aws-amplify/core', () => ({
  Amplify: {},
  clearCredentials: vi.fn(async () => undefined),
  defaultStorage: {},
  fetchAuthSession: vi.fn(),
}));

const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' as const } };
const config = { region: 'eu-central-1', clientId: 'c' } as Config;
const revoked = vi.fn(async (_url: string, _init: RequestInit) => new Response());
let store: Map<string, string>;

beforeEach(() => {
  vi.clearAllMocks();
  const prefix = 'CognitoIdentityServiceProvider.c';
  store = new Map([
    [`${prefix}.LastAuthUser`, 'julia'],
    [`${prefix}.julia.refreshToken`, 'her token'],
  ]);
  const storage = {
    getItem: (key: string) => store.get(key) ?? null,
    removeItem: (key: string) => store.delete(key),
    key: (index: number) => [...store.keys()][index] ?? null,
    get length() {
      return store.size;
    },
  };
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('sessionStorage', storage);
  vi.stubGlobal('fetch', revoked);
});
afterEach(() => vi.unstubAllGlobals());

it('keeps the stored session if Amplify signs in without a conflict', async () => {
  vi.mocked(signIn).mockResolvedValueOnce(done);
  expect(await signInUser(config, 'anna@example.org', 'secret')).toBe('done');
  expect([store.size, revoked.mock.calls.length]).toEqual([2, 0]);
});

it('deletes and revokes a session that prevents the sign-in', async () => {
  vi.mocked(signIn)
    .mockRejectedValueOnce(
      Object.assign(new Error(), { name: 'UserAlreadyAuthenticatedException' }),
    )
    .mockResolvedValueOnce(done);
  expect(await signInUser(config, 'anna@example.org', 'secret')).toBe('done');
  expect(store.size).toBe(0);
  expect(JSON.parse(String(revoked.mock.calls[0]![1].body))).toEqual({
    ClientId: 'c',
    Token: 'her token',
  });
  expect(signIn).toHaveBeenCalledTimes(2);
});

it('passes other errors on', async () => {
  vi.mocked(signIn).mockRejectedValueOnce(
    Object.assign(new Error(), { name: 'NotAuthorizedException' }),
  );
  await expect(signInUser(config, 'anna@example.org', 'wrong')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  });
  expect(store.size).toBe(2);
});
