import { expect, it } from 'vitest';
import { presign } from './presign';

const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'to/ken+=' };

it('signs the URL in its query, for one minute', async () => {
  const { protocol, host, pathname, searchParams } = new URL(
    await presign('wss://live.example/v1', 'eu-west-1', keys),
  );
  expect([protocol, host, pathname]).toEqual(['wss:', 'live.example', '/v1']);
  expect(searchParams.get('X-Amz-Credential')).toMatch(
    /^AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request$/,
  );
  expect([searchParams.get('X-Amz-Expires'), searchParams.get('X-Amz-Security-Token')]).toEqual([
    '60',
    'to/ken+=',
  ]);
  expect(searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
});

it('keeps the scheme `ws` of the local cloud', async () => {
  expect(await presign('ws://localhost:4566/live', 'eu-west-1', keys)).toMatch(
    /^ws:\/\/localhost:4566\/live\?/,
  );
});

it('adds the access token to the signed URL only if it is needed', async () => {
  const withToken = { ...keys, accessToken: 'e30.e30.sig' };
  const tokenOf = async (needed: boolean) =>
    new URL(
      await presign('wss://live.example/v1', 'eu-west-1', withToken, needed),
    ).searchParams.get('accessToken');
  expect([await tokenOf(false), await tokenOf(true)]).toEqual([null, 'e30.e30.sig']);
});
