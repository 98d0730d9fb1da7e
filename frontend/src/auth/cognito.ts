/**
 * Cognito through Amplify's auth library: SRP, so signing in sends no password, tokens kept and renewed, and the identity
 * pool's credentials. Loaded only when somebody signs in or is signed in.
 */
import {
  confirmResetPassword,
  confirmSignUp,
  resendSignUpCode,
  resetPassword,
  signIn,
  signUp,
} from '@aws-amplify/auth';
import {
  cognitoCredentialsProvider,
  cognitoUserPoolsTokenProvider,
} from '@aws-amplify/auth/cognito';
import { Amplify, clearCredentials, defaultStorage, fetchAuthSession } from '@aws-amplify/core';
import type { Credentials } from '../api/client';
import type { NewProfile } from '../api/types';
import type { Config } from '../config';
import { mend, storedRefreshToken, wipe } from './browser';

export interface Identity {
  /** The user pool's `sub`: the person's id everywhere. */
  userId: string;
  email: string;
  /** What was said at sign-up, for the profile that the first sign-in makes. */
  profile: NewProfile | null;
}

/** What the umbrella package `aws-amplify` does in its `configure`, without its dozen other categories. */
export function configure({ userPoolId, clientId, identityPoolId, endpoint }: Config): void {
  const Auth = {
    Cognito: {
      userPoolId,
      userPoolClientId: clientId,
      identityPoolId,
      loginWith: { email: true },
      ...(endpoint ? { userPoolEndpoint: endpoint, identityPoolEndpoint: endpoint } : {}),
    },
  };
  cognitoUserPoolsTokenProvider.setKeyValueStorage(defaultStorage);
  cognitoUserPoolsTokenProvider.setAuthConfig(Auth);
  Amplify.configure(
    { Auth },
    {
      Auth: {
        tokenProvider: cognitoUserPoolsTokenProvider,
        credentialsProvider: cognitoCredentialsProvider,
      },
    },
  );
}

export async function register(
  email: string,
  password: string,
  profile: NewProfile,
): Promise<void> {
  await signUp({
    username: email,
    password,
    options: {
      userAttributes: {
        email,
        given_name: profile.firstName,
        family_name: profile.lastName,
        preferred_username: profile.handle,
      },
    },
  });
}

/** Confirms a sign-up; one that is confirmed already is fine, too. */
export async function confirm(email: string, code: string): Promise<void> {
  try {
    await confirmSignUp({ username: email, confirmationCode: code });
  } catch (error) {
    if (!isNamed(error, 'NotAuthorizedException') || !/CONFIRMED/.test(String(error))) throw error;
  }
}

export const resendCode = (email: string) => resendSignUpCode({ username: email });

/**
 * Sends a code for a new password. An address whose sign-up was never finished gets that code again: without it Cognito refuses, and
 * who has forgotten their password could never finish.
 */
export async function sendResetCode(email: string): Promise<'reset' | 'unconfirmed'> {
  try {
    await resetPassword({ username: email });
    return 'reset';
  } catch (error) {
    if (!isNamed(error, 'InvalidParameterException')) throw error;
    await resendCode(email);
    return 'unconfirmed';
  }
}

export const changePassword = (email: string, code: string, password: string) =>
  confirmResetPassword({ username: email, confirmationCode: code, newPassword: password });

/** Signs in by SRP; `unconfirmed` when the code of the sign-up is still owed. */
export async function enter(
  config: Config,
  email: string,
  password: string,
): Promise<'done' | 'unconfirmed'> {
  const start = () =>
    signIn({ username: email, password, options: { authFlowType: 'USER_SRP_AUTH' } });
  await clearCredentials().catch(() => undefined); // of whoever was here before
  const { nextStep } = await start().catch(async (error: unknown) => {
    // Only where a session is in the way: other tabs see it go, and take their person to have left.
    if (!isNamed(error, 'UserAlreadyAuthenticatedException')) throw error;
    const refreshToken = storedRefreshToken(config);
    wipe();
    await revoke(config, refreshToken).catch(() => undefined);
    return start();
  });
  if (nextStep.signInStep === 'DONE') return 'done';
  if (nextStep.signInStep === 'CONFIRM_SIGN_UP') return 'unconfirmed';
  throw new Error(`sign-in step ${nextStep.signInStep} is not supported`);
}

/** Clears the cached credentials and revokes `refreshToken`. A failure is ignored: the browser has already deleted the token. */
export async function revoke(
  { region, endpoint, clientId }: Config,
  refreshToken: string | null,
): Promise<void> {
  await clearCredentials();
  if (refreshToken)
    await post(region, endpoint, 'RevokeToken', { ClientId: clientId, Token: refreshToken });
}

/** Forgets the keys that are in memory; the store belongs to all tabs. */
export const forgetKeys = () => clearCredentials();

/**
 * Takes back the tokens of all browsers. By hand, because Amplify's `signOut({ global: true })` keeps a failure to itself: who is
 * offline would believe that it was done.
 */
export async function endEverywhere({ region, endpoint }: Config): Promise<void> {
  const { tokens } = await fetchAuthSession();
  if (!tokens) return; // ended already
  const reply = await post(region, endpoint, 'GlobalSignOut', {
    AccessToken: tokens.accessToken.toString(),
  });
  if (reply.ok) return;
  const { __type = '' } = (await reply.json().catch(() => ({}))) as { __type?: string };
  // Somebody else was faster: a token that is refused is one that has ended.
  if (!__type.endsWith('NotAuthorizedException'))
    throw Object.assign(new Error(`GlobalSignOut: HTTP ${reply.status}`), { name: __type });
}

/** Calls an operation of the user pool that needs no signature. */
const post = (region: string, endpoint: string | undefined, operation: string, body: object) =>
  fetch(endpoint ?? `https://cognito-idp.${region}.amazonaws.com/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(body),
    keepalive: true,
  });

/** Who is signed in, from the ID token; null if nobody is, or no longer. */
export async function identity(config: Config): Promise<Identity | null> {
  const { tokens } = await session(config, false);
  const claims = tokens?.idToken?.payload;
  if (!claims?.sub) return null;
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : '');
  const profile = {
    handle: text('preferred_username'),
    firstName: text('given_name'),
    lastName: text('family_name'),
  };
  return {
    userId: claims.sub,
    email: text('email'),
    profile: profile.handle && profile.firstName ? profile : null,
  };
}

/** Keys for the API, null where the session has ended; Amplify renews tokens and keys before they run out. */
export async function credentials(config: Config, renew: boolean): Promise<Credentials | null> {
  return (await session(config, renew)).credentials ?? null;
}

/** The session as it is; where the identity pool refuses a token, it is renewed once, which tells whether the session has ended. */
async function session(config: Config, renew: boolean) {
  mend(config);
  try {
    return await fetchAuthSession({ forceRefresh: renew });
  } catch (error) {
    if (renew || !isNamed(error, 'NotAuthorizedException')) throw error;
    return fetchAuthSession({ forceRefresh: true });
  }
}

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;
