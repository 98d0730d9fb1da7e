/**
 * Cognito, through Amplify's auth library: sign-in by SRP, which sends no password, renewal of
 * tokens and the credentials of the identity pool. The page loads this module only if it needs it.
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
import type { Credentials } from '../../api/client';
import type { NewProfile } from '../../api/types';
import type { Config } from '../../config';
import { createTokenStore, deleteStoredSession, storedRefreshToken } from './stored-session';
import { createTokenRefresher, SessionReplacedError } from './token-refresh';

export interface Identity {
  /** The `sub` of the user pool. */
  userId: string;
  email: string;
  /** The data of the sign-up, for the profile that the first sign-in creates. */
  profile: NewProfile | null;
}

/** Configures Amplify like the package `aws-amplify`, but without its other categories. */
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
  cognitoUserPoolsTokenProvider.setKeyValueStorage(createTokenStore({ clientId }, defaultStorage));
  cognitoUserPoolsTokenProvider.setAuthConfig(Auth);
  cognitoUserPoolsTokenProvider.tokenOrchestrator.setTokenRefresher(
    createTokenRefresher({ clientId }),
  );
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

export async function signUpUser(
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
        ...(profile.lastName && { family_name: profile.lastName }),
        preferred_username: profile.handle,
      },
    },
  });
}

/** Confirms a sign-up. Returns `alreadyConfirmed`, for any code, if it was confirmed before. */
export async function confirmUser(
  email: string,
  code: string,
): Promise<'confirmed' | 'alreadyConfirmed'> {
  try {
    await confirmSignUp({ username: email, confirmationCode: code });
    return 'confirmed';
  } catch (error) {
    if (!isNamed(error, 'NotAuthorizedException') || !/CONFIRMED/.test(String(error))) throw error;
    return 'alreadyConfirmed';
  }
}

/** Sends the code of a sign-up again. Sends nothing if the sign-up is confirmed. */
export async function resendCode(email: string): Promise<void> {
  try {
    await resendSignUpCode({ username: email });
  } catch (error) {
    // The error would reveal that the address has an account.
    const isConfirmed = /already confirmed/i.test(String(error));
    if (!isNamed(error, 'InvalidParameterException') || !isConfirmed) throw error;
  }
}

/** Sends a code for a new password. Cognito sends nothing if the sign-up was never confirmed. */
export const sendResetCode = (email: string) => resetPassword({ username: email });

export const changePassword = (email: string, code: string, password: string) =>
  confirmResetPassword({ username: email, confirmationCode: code, newPassword: password });

/** Signs in by SRP. Returns `unconfirmed` if the user has not entered the code of the sign-up. */
export async function signInUser(
  config: Config,
  email: string,
  password: string,
): Promise<'done' | 'unconfirmed'> {
  const start = () =>
    signIn({ username: email, password, options: { authFlowType: 'USER_SRP_AUTH' } });
  await clearCredentials().catch(() => undefined);
  const { nextStep } = await start().catch(async (error: unknown) => {
    // Deletes a stored session only if it prevents the sign-in, because this ends it in all tabs.
    if (!isNamed(error, 'UserAlreadyAuthenticatedException')) throw error;
    const refreshToken = storedRefreshToken(config);
    deleteStoredSession();
    await revokeToken(config, refreshToken).catch(() => undefined);
    return start();
  });
  if (nextStep.signInStep === 'DONE') return 'done';
  if (nextStep.signInStep === 'CONFIRM_SIGN_UP') return 'unconfirmed';
  throw new Error(`sign-in step ${nextStep.signInStep} is not supported`);
}

/** Clears the cached credentials and revokes `refreshToken`. Ignores an error reply of Cognito. */
export async function revokeToken(
  { region, endpoint, clientId }: Config,
  refreshToken: string | null,
): Promise<void> {
  await clearCredentials();
  if (refreshToken)
    await post(region, endpoint, 'RevokeToken', { ClientId: clientId, Token: refreshToken });
}

/** Clears the credentials in memory. The store belongs to all tabs. */
export const forgetCredentials = () => clearCredentials();

/**
 * Revokes the tokens of all browsers. Throws an error if that fails, unlike Amplify's
 * `signOut({ global: true })`.
 */
export async function signOutEverywhere({ region, endpoint }: Config): Promise<void> {
  const { tokens } = await fetchAuthSession();
  if (!tokens) return;
  const reply = await post(region, endpoint, 'GlobalSignOut', {
    AccessToken: tokens.accessToken.toString(),
  });
  if (reply.ok) return;
  const { __type = '' } = (await reply.json().catch(() => ({}))) as { __type?: string };
  // A rejected token is already revoked.
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

/** Returns the user of the ID token, or null if there is no valid session. */
export async function getIdentity(): Promise<Identity | null> {
  const { tokens } = await fetchSession(false);
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

/** Returns credentials for the API, or null if the session has ended. */
export async function getCredentials(renew: boolean): Promise<Credentials | null> {
  const { credentials, tokens } = await fetchSession(renew);
  if (!credentials) return null;
  return tokens ? { ...credentials, accessToken: tokens.accessToken.toString() } : credentials;
}

/**
 * Fetches the session. Renews the tokens once if the identity pool rejects them, and reads the
 * stored session again if it was replaced meanwhile.
 */
async function fetchSession(renew: boolean) {
  try {
    return await fetchAuthSession({ forceRefresh: renew });
  } catch (error) {
    if (error instanceof SessionReplacedError) return fetchAuthSession();
    if (renew || !isNamed(error, 'NotAuthorizedException')) throw error;
    // A late reply for the previous user can have left their identity id in Amplify's memory.
    await clearCredentials();
    return fetchAuthSession({ forceRefresh: true });
  }
}

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;
