import { AwsV4Signer } from 'aws4fetch';
import type { Credentials } from '../api/client';
import { formatSignatureTime, serverTime } from '../api/clock';

const URL_LIFETIME_SECONDS = 60;

/**
 * Signs the URL of the WebSocket in its query, because browsers cannot set headers on it. The
 * access token proves that the session has not ended.
 */
export async function presign(
  live: string,
  region: string,
  { accessToken, ...keys }: Credentials,
  withToken = false,
): Promise<string> {
  const url = new URL(live.replace(/^ws/, 'http'));
  if (withToken && accessToken) url.searchParams.set('accessToken', accessToken);
  url.searchParams.set('X-Amz-Expires', String(URL_LIFETIME_SECONDS));
  const signed = await new AwsV4Signer({
    ...keys,
    url: url.href,
    region,
    service: 'execute-api',
    signQuery: true,
    datetime: formatSignatureTime(serverTime()),
  }).sign();
  return signed.url.href.replace(/^http/, 'ws');
}
