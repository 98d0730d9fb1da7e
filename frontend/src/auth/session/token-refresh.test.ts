// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../../config';
import { configure, getCredentials } from './cognito';
import { deleteStoredSession, storedUser } from './stored-session';

const config = {
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_pool',
  clientId: 'app',
  identityPoolId: 'eu-central-1:pool',
} as Config;

/** The requests for new tokens that wait for their reply. */
let refreshes: { refreshToken: string; reply: (response: Response) => void }[];

beforeEach(() => {
  refreshes = [];
  vi.stubGlobal('fetch', answer);
  configure(config);
});
afterEach(() => {
  vi.unstubAllGlobals();
  deleteStoredSession();
});

const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status });

/** Answers as the identity pool. Requests to the user pool wait for the test. */
async function answer(_url: string, init: RequestInit): Promise<Response> {
  const operation = new Headers(init.headers).get('x-amz-target')?.split('.').at(-1);
  const body = JSON.parse(String(init.body)) as { RefreshToken: string };
  if (operation === 'GetId') return json({ IdentityId: 'identity' });
  if (operation === 'GetCredentialsForIdentity')
    return json({
      IdentityId: 'identity',
      Credentials: { AccessKeyId: 'key', SecretKey: 'secret', Expiration: Date.now() / 1000 + 900 },
    });
  return new Promise((resolve) =>
    refreshes.push({ refreshToken: body.RefreshToken, reply: resolve }),
  );
}

function tokenOf(user: string, name: string): string {
  const now = Math.floor(Date.now() / 1000);
  const iss = `https://cognito-idp.${config.region}.amazonaws.com/${config.userPoolId}`;
  const claims = { iss, sub: user, name, iat: now, exp: now + 3600 };
  return [{ alg: 'none' }, claims].map((part) => btoa(JSON.stringify(part))).join('.') + '.none';
}

function storeSession(user: string): void {
  const prefix = `CognitoIdentityServiceProvider.${config.clientId}`;
  localStorage.setItem(`${prefix}.LastAuthUser`, user);
  localStorage.setItem(`${prefix}.${user}.accessToken`, tokenOf(user, 'access'));
  localStorage.setItem(`${prefix}.${user}.idToken`, tokenOf(user, 'id'));
  localStorage.setItem(`${prefix}.${user}.refreshToken`, `refresh-${user}`);
}

async function startRefresh(): Promise<{ settled: Promise<unknown> }> {
  const count = refreshes.length;
  const settled = getCredentials(true).catch((error: unknown) => error);
  await vi.waitFor(() => expect(refreshes).toHaveLength(count + 1));
  return { settled };
}

const newTokens = (user: string) =>
  json({
    AuthenticationResult: {
      AccessToken: tokenOf(user, 'new access'),
      IdToken: tokenOf(user, 'new id'),
    },
  });
const refusal = () => json({ __type: 'NotAuthorizedException', message: 'revoked' }, 400);

it('a refresh replaces the tokens of the stored session', async () => {
  storeSession('anna');
  const { settled } = await startRefresh();
  refreshes[0]!.reply(newTokens('anna'));
  expect(await settled).toMatchObject({ accessKeyId: 'key' });
  expect(Object.values(localStorage)).toContain(tokenOf('anna', 'new access'));
});

it('a refused refresh deletes the stored session', async () => {
  storeSession('anna');
  const { settled } = await startRefresh();
  refreshes[0]!.reply(refusal());
  expect(await settled).toBeNull();
  expect(storedUser(config)).toBeNull();
});

it('a refresh that ends after the sign-out stores nothing', async () => {
  storeSession('anna');
  const { settled } = await startRefresh();
  deleteStoredSession();
  refreshes[0]!.reply(newTokens('anna'));
  expect(await settled).toBeNull();
  expect(Object.keys(localStorage)).toEqual([]);
});

it.each([
  ['successful', () => newTokens('anna')],
  ['refused', refusal],
])('a %s refresh does not change the session of the next user', async (_name, reply) => {
  storeSession('anna');
  const { settled } = await startRefresh();
  deleteStoredSession();
  storeSession('bela');
  const stored = { ...localStorage };
  refreshes[0]!.reply(reply());
  await settled;
  expect({ ...localStorage }).toEqual(stored);
});

it('the next user does not share the refresh of the previous one', async () => {
  storeSession('anna');
  const anna = await startRefresh();
  deleteStoredSession();
  storeSession('bela');
  const bela = await startRefresh();
  expect(refreshes.map(({ refreshToken }) => refreshToken)).toEqual([
    'refresh-anna',
    'refresh-bela',
  ]);
  refreshes[0]!.reply(newTokens('anna'));
  refreshes[1]!.reply(newTokens('bela'));
  await Promise.all([anna.settled, bela.settled]);
  expect(storedUser(config)).toBe('bela');
  expect(Object.values(localStorage)).not.toContain(tokenOf('anna', 'new access'));
});
