import { confirmSignUp, resendSignUpCode, signIn } from '@aws-amplify/auth';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../../config';
import { confirmUser, resendCode, signInUser } from './cognito';

vi.mock('@aws-amplify/auth', () => ({
  confirmSignUp: vi.fn(),
  resendSignUpCode: vi.fn(),
  signIn: vi.fn(),
}));
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

const refusal = (name: string, message: string) => Object.assign(new Error(message), { name });

it('a resend to a confirmed address looks like a sent code', async () => {
  vi.mocked(resendSignUpCode).mockRejectedValueOnce(
    refusal('InvalidParameterException', 'User is already confirmed.'),
  );
  await expect(resendCode('anna@example.org')).resolves.toBeUndefined();
});

it('a resend passes other errors on', async () => {
  vi.mocked(resendSignUpCode).mockRejectedValueOnce(
    refusal('InvalidParameterException', 'Username should be an email.'),
  );
  await expect(resendCode('anna')).rejects.toThrow('should be an email');
});

it('a confirmation reports whether the address was confirmed before', async () => {
  expect(await confirmUser('anna@example.org', '1')).toBe('confirmed');
  vi.mocked(confirmSignUp).mockRejectedValueOnce(
    refusal('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED'),
  );
  expect(await confirmUser('anna@example.org', '1')).toBe('alreadyConfirmed');
  vi.mocked(confirmSignUp).mockRejectedValueOnce(refusal('CodeMismatchException', 'Wrong'));
  await expect(confirmUser('anna@example.org', '2')).rejects.toThrow('Wrong');
});
