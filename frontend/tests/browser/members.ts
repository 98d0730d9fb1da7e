/** Members and pictures, created by the API instead of the forms. */
import { AwsClient } from 'aws4fetch';
import type { BrowserContext, Page } from '@playwright/test';
import type { Picture, Upload, Visibility } from '../../src/api/types';
import { t } from '../../src/texts';
import { addressOf, CODE, emailOf, PASSWORD, stack } from './app';

interface Tokens {
  IdToken: string;
  AccessToken: string;
  RefreshToken: string;
}

/** A person with an account and a profile. */
export interface Member {
  id: string;
  handle: string;
  email: string;
  /** First and last name, as the app shows them. */
  name: string;
  /** The name with the handle, as in labels and notifications. */
  nameAndHandle: string;
  tokens: Tokens;
  /** Calls the API. Returns the data of the reply, or throws an error with its notes. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

let serial = 0;
/** Returns an unused handle that begins with `word`. */
export const freshHandle = (word: string) =>
  `${word}-${Date.now().toString(36)}${(serial++).toString(36)}`;

/** Signs a person up, who has not confirmed the address yet. */
export async function signUp(
  first: string,
  last: string,
): Promise<{ handle: string; email: string }> {
  const handle = freshHandle(first.toLowerCase().replace(/[^a-z]/g, ''));
  const email = emailOf(handle);
  await cognito('AWSCognitoIdentityProviderService.SignUp', {
    ClientId: stack.clientId,
    Username: email,
    Password: PASSWORD,
    UserAttributes: Object.entries({
      email,
      given_name: first,
      family_name: last,
      preferred_username: handle,
    }).map(([Name, Value]) => ({ Name, Value })),
  });
  return { handle, email };
}

/** Creates a member. */
export async function member(first: string, last: string): Promise<Member> {
  const { handle, email } = await signUp(first, last);
  await cognito('AWSCognitoIdentityProviderService.ConfirmSignUp', {
    ClientId: stack.clientId,
    Username: email,
    ConfirmationCode: CODE,
  });
  const tokens = await signIn(email);
  const Logins = { [providerOf(tokens.IdToken)]: tokens.IdToken };
  const { IdentityId } = await cognito<{ IdentityId: string }>('AWSCognitoIdentityService.GetId', {
    IdentityPoolId: stack.identityPoolId,
    Logins,
  });
  const { Credentials: keys } = await cognito<{
    Credentials: { AccessKeyId: string; SecretKey: string; SessionToken: string };
  }>('AWSCognitoIdentityService.GetCredentialsForIdentity', { IdentityId, Logins });
  const aws = new AwsClient({
    accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretKey,
    sessionToken: keys.SessionToken,
    region: stack.region,
    service: 'execute-api',
    retries: 0,
  });
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await aws.fetch(stack.api + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data, notes } = (await reply.json()) as { data: T; notes: string | null };
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${notes}`);
    return data;
  }
  const { id } = await call<{ id: string }>('POST', '/users', {
    handle,
    firstName: first,
    lastName: last,
  });
  const name = `${first} ${last}`;
  return { id, handle, email, name, nameAndHandle: `${name} (@${handle})`, tokens, call };
}

/** Starts another session of a member. */
export async function signIn(email: string, password = PASSWORD): Promise<Tokens> {
  const { AuthenticationResult } = await cognito<{ AuthenticationResult: Tokens }>(
    'AWSCognitoIdentityProviderService.InitiateAuth',
    {
      ClientId: stack.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: email, PASSWORD: password },
    },
  );
  return AuthenticationResult;
}

/** Makes two members friends. */
export async function befriend(one: Member, other: Member): Promise<void> {
  await one.call('PUT', `/friends/${other.id}`);
  await other.call('PUT', `/friends/${one.id}`);
}

/** Opens a path of the app with the member signed in. */
export async function openAs(context: BrowserContext, who: Member, path = '/feed'): Promise<Page> {
  const page = await context.newPage();
  await signInAs(page, who);
  await page.goto(addressOf(path));
  return page;
}

/** Fills in and submits the form of the sign-in page. */
export async function submitSignIn(page: Page, { email }: Member): Promise<void> {
  await page.getByLabel(t.auth.email).fill(email);
  await page.getByLabel(t.auth.password).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: t.auth.signIn, exact: true }).click();
}

/** Returns the local storage of a session, in the format of Amplify's `TokenStore`. */
export function storageOf({ email, tokens }: Member): Record<string, string> {
  const prefix = `CognitoIdentityServiceProvider.${stack.clientId}`;
  return {
    [`${prefix}.LastAuthUser`]: email,
    [`${prefix}.${email}.accessToken`]: tokens.AccessToken,
    [`${prefix}.${email}.idToken`]: tokens.IdToken,
    [`${prefix}.${email}.refreshToken`]: tokens.RefreshToken,
    [`${prefix}.${email}.clockDrift`]: '0',
  };
}

/** Signs the member in when the page loads next. */
export async function signInAs(page: Page, who: Member): Promise<void> {
  // Only once, so that a session that has ended does not return with the next load.
  await page.addInitScript((entries) => {
    if (sessionStorage.getItem('signed-in-by-test')) return;
    sessionStorage.setItem('signed-in-by-test', 'yes');
    for (const [name, value] of Object.entries(entries)) localStorage.setItem(name, value);
  }, storageOf(who));
}

/** Uploads a picture by the API, and waits until it is ready and in the lists of other members. */
export async function publish(
  who: Member,
  jpeg: Buffer,
  { caption, visibility }: { caption?: string; visibility?: Visibility } = {},
): Promise<Picture> {
  const { picture, upload } = await who.call<{ picture: Picture; upload: Upload }>(
    'POST',
    '/pictures',
    {
      contentType: 'image/jpeg',
      bytes: jpeg.length,
      ...(caption && { caption }),
      ...(visibility && { visibility }),
    },
  );
  const headers = Object.fromEntries(
    Object.entries(upload.headers).filter(([name]) => name !== 'content-length'),
  );
  const sent = await fetch(upload.url, {
    method: upload.method,
    headers,
    body: new Uint8Array(jpeg),
  });
  if (!sent.ok) throw new Error(`upload: ${sent.status} ${await sent.text()}`);
  for (let i = 0; i < 600; i += 1) {
    const now = await who.call<Picture>('GET', `/pictures/${picture.owner.id}/${picture.id}`);
    if (now.state === 'ready' && (await isInFeed(who, picture.id))) return now;
    if (now.state === 'failed') throw new Error(`picture failed: ${now.failure}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the picture did not become ready');
}

/** The function `index` adds a picture to the feed of its owner and to all other lists together. */
async function isInFeed(owner: Member, id: string): Promise<boolean> {
  const { items } = await owner.call<{ items: Picture[] }>('GET', '/feed?limit=100');
  return items.some((item) => item.id === id);
}

const providerOf = (idToken: string) => {
  const { iss } = JSON.parse(Buffer.from(idToken.split('.')[1]!, 'base64url').toString()) as {
    iss: string;
  };
  return `cognito-idp.${stack.region}.amazonaws.com/${iss.split('/').pop()}`;
};

async function cognito<T>(target: string, body: unknown): Promise<T> {
  const reply = await fetch(stack.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${target}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}
