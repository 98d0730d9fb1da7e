// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../../config';
import { configure, forgetCredentials, getCredentials } from './cognito';
import { deleteStoredSession } from './stored-session';

const config = {
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_pool',
  clientId: 'app',
  identityPoolId: 'eu-central-1:pool',
} as Config;
const LOGIN = `cognito-idp.${config.region}.amazonaws.com/${config.userPoolId}`;

interface Body {
  IdentityId: string;
  Logins: Record<string, string>;
  RefreshToken: string;
}

/** Requests for identity ids that wait for their reply. */
let held: (() => void)[] | null = null;

beforeEach(() => {
  vi.stubGlobal('fetch', answer);
  configure(config);
});
afterEach(() => {
  vi.unstubAllGlobals();
  deleteStoredSession();
});

const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status });

function tokenOf(user: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: `https://${LOGIN}`, sub: user, iat: now, exp: now + 3600 };
  return [{ alg: 'none' }, claims].map((part) => btoa(JSON.stringify(part))).join('.') + '.none';
}

const userOf = (token: string) => (JSON.parse(atob(token.split('.')[1]!)) as { sub: string }).sub;

/** Answers as Cognito. The identity id and the access key of a user are their name. */
async function answer(_url: string, init: RequestInit): Promise<Response> {
  const operation = new Headers(init.headers).get('x-amz-target')?.split('.').at(-1);
  const body = JSON.parse(String(init.body)) as Body;
  if (operation === 'GetTokensFromRefreshToken') {
    const token = tokenOf(body.RefreshToken);
    return json({ AuthenticationResult: { AccessToken: token, IdToken: token } });
  }
  const user = userOf(body.Logins[LOGIN]!);
  if (operation === 'GetId') {
    if (held) await new Promise<void>((resolve) => held!.push(resolve));
    return json({ IdentityId: user });
  }
  if (body.IdentityId !== user) return json({ __type: 'NotAuthorizedException' }, 400);
  const credentials = { AccessKeyId: user, SecretKey: 'secret', Expiration: Date.now() / 1000 };
  return json({ IdentityId: user, Credentials: credentials });
}

function storeSession(user: string): void {
  const prefix = `CognitoIdentityServiceProvider.${config.clientId}`;
  localStorage.setItem(`${prefix}.LastAuthUser`, user);
  for (const name of ['accessToken', 'idToken'])
    localStorage.setItem(`${prefix}.${user}.${name}`, tokenOf(user));
  localStorage.setItem(`${prefix}.${user}.refreshToken`, user);
}

it('a late identity id of the previous user does not block the next user', async () => {
  storeSession('anna');
  held = [];
  const annas = getCredentials(false);
  await vi.waitFor(() => expect(held).toHaveLength(1));
  deleteStoredSession();
  await forgetCredentials();
  storeSession('bela');
  held[0]!();
  held = null;
  await annas;
  expect(await getCredentials(false)).toMatchObject({ accessKeyId: 'bela' });
});
