/** The time of the server. The clock of the device can be wrong, which makes signatures invalid. */

/**
 * Smaller differences are ignored. They can come from the network, and API Gateway accepts a
 * signature for five minutes before and after its time.
 */
const TOLERANCE_MS = 60_000;

/** The time of the server minus the time of the device. */
let offsetMs = 0;

/** Returns the time of the server in milliseconds since the epoch. */
export const serverTime = (): number => Date.now() + offsetMs;

/**
 * Sets the clock from the `Date` of the reply to a request that was signed at `signedAt`, a time of
 * `serverTime`. Returns `true` if the request must be signed again, and `false` if the clock was
 * right or the reply has no `Date`.
 */
export function correctClock(signedAt: number, reply: Response): boolean {
  const time = Date.parse(reply.headers.get('date') ?? '');
  if (Number.isNaN(time) || Math.abs(time - signedAt) <= TOLERANCE_MS) return false;
  offsetMs = time - Date.now();
  return true;
}

/** Formats a time for Signature Version 4, such as `20261128T120000Z`. */
export const formatSignatureTime = (time: number): string =>
  new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
