/**
 * Cognito through Amplify's auth library: SRP, so no password leaves the browser, tokens kept and renewed, and the identity
 * pool's credentials. Loaded only when somebody signs in or is signed in.
 */
import { confirmSignUp, resendSignUpCode, signIn, signOut, signUp } from '@aws-amplify/auth';
import { cognitoCredentialsProvider, cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito';
import { Amplify, defaultStorage, fetchAuthSession } from '@aws-amplify/core';
import type { Credentials } from '../api/client';
import type { NewProfile } from '../api/types';
import type { Config } from '../config';

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
    { Auth: { tokenProvider: cognitoUserPoolsTokenProvider, credentialsProvider: cognitoCredentialsProvider } },
  );
}

export async function register(email: string, password: string, profile: NewProfile): Promise<void> {
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

export const confirm = (email: string, code: string) => confirmSignUp({ username: email, confirmationCode: code });

export const resendCode = (email: string) => resendSignUpCode({ username: email });

/** Signs in by SRP; `unconfirmed` when the code of the sign-up is still owed. */
export async function enter(email: string, password: string): Promise<'done' | 'unconfirmed'> {
  await signOut().catch(() => undefined); // a half-ended session would be in the way
  const { nextStep } = await signIn({ username: email, password, options: { authFlowType: 'USER_SRP_AUTH' } });
  if (nextStep.signInStep === 'DONE') return 'done';
  if (nextStep.signInStep === 'CONFIRM_SIGN_UP') return 'unconfirmed';
  throw new Error(`sign-in step ${nextStep.signInStep} is not supported`);
}

export const leave = () => signOut();

/** Who is signed in, from the ID token; null if nobody is, or no longer. */
export async function identity(): Promise<Identity | null> {
  const { tokens } = await fetchAuthSession();
  const claims = tokens?.idToken?.payload;
  if (!claims?.sub) return null;
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : '');
  const profile = { handle: text('preferred_username'), firstName: text('given_name'), lastName: text('family_name') };
  return { userId: claims.sub, email: text('email'), profile: profile.handle && profile.firstName ? profile : null };
}

/** Keys for the API; Amplify renews tokens and keys before they run out. */
export async function credentials(renew: boolean): Promise<Credentials | null> {
  return (await fetchAuthSession({ forceRefresh: renew })).credentials ?? null;
}
