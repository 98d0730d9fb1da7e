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
