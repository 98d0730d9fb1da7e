import { signIn, signOut } from '@aws-amplify/auth';
import { beforeEach, expect, it, vi } from 'vitest';
import { enter } from './cognito';

vi.mock('@aws-amplify/auth', () => ({ signIn: vi.fn(), signOut: vi.fn(async () => undefined) }));
vi.mock('@aws-amplify/auth/cognito', () => ({ cognitoCredentialsProvider: {}, cognitoUserPoolsTokenProvider: {} }));
vi.mock('@aws-amplify/core', () => ({ Amplify: {}, clearCredentials: vi.fn(async () => undefined), defaultStorage: {}, fetchAuthSession: vi.fn() }));

const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' as const } };
beforeEach(() => void vi.clearAllMocks());

it('signs nobody out to sign in: other tabs would take their person to have left', async () => {
  vi.mocked(signIn).mockResolvedValueOnce(done);
  expect(await enter('anna@example.org', 'secret')).toBe('done');
  expect(signOut).not.toHaveBeenCalled();
});

it('signs out who is in the way', async () => {
  vi.mocked(signIn).mockRejectedValueOnce(Object.assign(new Error(), { name: 'UserAlreadyAuthenticatedException' })).mockResolvedValueOnce(done);
  expect(await enter('anna@example.org', 'secret')).toBe('done');
  expect(signOut).toHaveBeenCalledTimes(1);
  expect(signIn).toHaveBeenCalledTimes(2);
});

it('says what is wrong', async () => {
  vi.mocked(signIn).mockRejectedValueOnce(Object.assign(new Error(), { name: 'NotAuthorizedException' }));
  await expect(enter('anna@example.org', 'wrong')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  expect(signOut).not.toHaveBeenCalled();
});
