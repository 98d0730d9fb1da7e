/** HTTP requests, and the replies of the API. */
import { ApiError, NetworkError } from './errors.js';

/** The statuses of replies that have `Retry-After` and to which a repeated call can succeed. */
const REPEATABLE = [429, 503];

export const sleep = (seconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

/** Sends a request. Throws a `NetworkError` if no reply arrives within `timeout` seconds. */
export async function send(request: Request, timeout?: number): Promise<Response> {
  try {
    const signal = timeout === undefined ? null : AbortSignal.timeout(timeout * 1000);
    return await fetch(request, { signal });
  } catch (cause) {
    throw new NetworkError('No reply arrived. Check the connection, then try again.', { cause });
  }
}

/** Parses JSON. Returns `null` if the body of the reply is not JSON or does not arrive. */
export async function readJson<T>(reply: Response): Promise<T | null> {
  try {
    return (await reply.json()) as T;
  } catch {
    return null;
  }
}

/** Returns the seconds of the header `Retry-After`. */
function retryAfter(reply: Response): number | null {
  const value = reply.headers.get('retry-after');
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}

interface Envelope {
  code?: number;
  data?: unknown;
  notes?: string | null;
}

/**
 * Returns the data of a successful reply. Throws an `ApiError` for an error reply, and a
 * `NetworkError` for a reply that is not from the API.
 */
export async function readData(reply: Response, hasEnvelope: boolean): Promise<unknown> {
  const content = await readJson<Envelope>(reply);
  if (content === null || (hasEnvelope && content.code === undefined)) {
    const message = `The reply is not from the Albumen API. Try again later. (status ${reply.status})`;
    throw new NetworkError(message);
  }
  if (!reply.ok) {
    throw new ApiError(reply.status, content.notes ?? 'The call failed.', retryAfter(reply));
  }
  return hasEnvelope ? content.data : content;
}

/**
 * Returns a function that waits as a reply asks, `maxWait` seconds in all. It returns `false` if
 * the call cannot be repeated in time.
 */
export function patience(maxWait: number): (reply: Response) => Promise<boolean> {
  let rest = maxWait;
  return async (reply) => {
    const value = retryAfter(reply);
    if (!REPEATABLE.includes(reply.status) || value === null) return false;
    const seconds = Math.max(value, 1);
    if (seconds > rest) return false;
    rest -= seconds;
    await reply.body?.cancel();
    await sleep(seconds);
    return true;
  };
}
