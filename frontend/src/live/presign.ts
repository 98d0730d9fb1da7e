import { AwsV4Signer } from 'aws4fetch';
import type { Credentials } from '../api/client';

/** Seconds for which an address can be connected to. */
const GOOD_FOR = 60;

/** The WebSocket's address, signed as a browser needs it: in the query, because it cannot send headers. */
export async function presign(live: string, region: string, keys: Credentials): Promise<string> {
  const url = new URL(live.replace(/^ws/, 'http'));
  url.searchParams.set('X-Amz-Expires', String(GOOD_FOR));
  const signed = await new AwsV4Signer({
    ...keys,
    url: url.href,
    region,
    service: 'execute-api',
    signQuery: true,
  }).sign();
  return signed.url.href.replace(/^http/, 'ws');
}
