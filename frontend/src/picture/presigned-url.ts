import { serverTime } from '../api/clock';

/** The clocks of the device and the server can differ by this much; see `api/clock.ts`. */
const MIN_VALIDITY_MS = 60_000;

/** Returns the expiry of a presigned URL in milliseconds since the epoch, or 0 if it has none. */
export function expiryOf(url: string): number {
  const query = url.slice(url.indexOf('?') + 1);
  const signedAt = /X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(query);
  const validSeconds = /X-Amz-Expires=(\d+)/.exec(query);
  if (!signedAt || !validSeconds) return 0;
  const [year, month, day, hour, minute, second] = signedAt.slice(1).map(Number);
  const signedMs = Date.UTC(year!, month! - 1, day, hour, minute, second);
  return signedMs + Number(validSeconds[1]) * 1000;
}

/** Returns `true` if a presigned URL may have expired before a request with it arrives. */
export function endsSoon(url: string, minValidityMs = MIN_VALIDITY_MS): boolean {
  const expiry = expiryOf(url);
  return expiry !== 0 && expiry <= serverTime() + minValidityMs;
}
