/** HTTP requests, and the replies of the API. */
import { ApiError, NetworkError } from './errors.js';

/** The statuses of replies that have `Retry-After` and to which a repeated call can succeed. */
const REPEATABLE = [429, 503];

export const sleep = (seconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Sends a request. Throws a `NetworkError` if no reply arrives within `timeout` seconds, or if the
 * reply is a redirect, which would send bodies and secret headers to another address.
 */
export async function send(
  request: Request,
  timeout: number,
  redirect: RequestRedirect = 'error',
): Promise<Response> {
  const signal = AbortSignal.timeout(Math.ceil(timeout * 1000));
  try {
    return await fetch(request, { signal, redirect });
  } catch (error) {
    // The original error can contain a signed URL or a link's secret.
    const { host } = new URL(request.url);
    throw new NetworkError(
      `No reply arrived from ${host} (${kind(error)}). Check the connection, then try again.`,
    );
  }
}

/** Returns the name of a failure of `fetch`, such as `ECONNREFUSED` or `TimeoutError`. */
function kind(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? 'Error';
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
