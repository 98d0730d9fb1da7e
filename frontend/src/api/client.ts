import { AwsClient } from 'aws4fetch';
import { t } from '../texts';
import { correctClock, formatSignatureTime, serverTime } from './clock';
import { ApiError, NetworkError } from './errors';

/** Temporary AWS credentials from the identity pool. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** An access token of the user pool. Requests are not signed with it. */
  accessToken?: string;
}

/** Returns credentials, new ones if `renew` is set, or `null` if no member is signed in. */
export type CredentialSource = (renew?: boolean) => Promise<Credentials | null>;

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether to send the request unsigned, so that the browser can reuse an unchanged reply. */
  open?: boolean;
  /** Whether the browser must not store the reply of an open route. */
  noStore?: boolean;
  signal?: AbortSignal;
}

export interface Client {
  /**
   * Sends a request and returns the `data` of the reply. Throws an `ApiError` for an error reply,
   * and a `NetworkError` if no reply arrives.
   */
  call<T>(path: string, call?: Call): Promise<T>;
  /**
   * Signs a request and returns a function that sends it later, even while the page closes or
   * without credentials. The function signs again if the signature has expired.
   */
  prepare<T>(path: string, call?: Call): () => Promise<T>;
}

export interface ClientOptions {
  api: string;
  region: string;
  credentials: CredentialSource;
  fetch?: typeof fetch;
}

/** The maximum age of a signature. API Gateway accepts it for five minutes. */
const MAX_SIGNATURE_AGE_MS = 4 * 60_000;

interface SignedRequest {
  request: Request;
  signedAt: number;
}

export function createClient({
  api,
  region,
  credentials,
  fetch: send = (input, init) => fetch(input, init),
}: ClientOptions): Client {
  async function sign(path: string, call: Call, renew: boolean): Promise<SignedRequest> {
    const url = urlOf(api, path, call.query);
    const init = requestInit(call);
    if (call.open) {
      // A stored reply could contain a picture that the user has just deleted.
      const cache = call.noStore ? 'no-store' : 'no-cache';
      const request = new Request(url, { ...init, cache });
      return { request, signedAt: serverTime() };
    }
    const keys = await credentials(renew);
    if (!keys) throw new ApiError(403, t.auth.ended);
    const client = new AwsClient({ ...keys, region, service: 'execute-api', retries: 0 });
    const signedAt = serverTime();
    const aws = { datetime: formatSignatureTime(signedAt) };
    return { request: await client.sign(url, { ...init, aws }), signedAt };
  }

  async function sendSigned({ request }: SignedRequest, signal?: AbortSignal): Promise<Response> {
    try {
      return await send(request);
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new NetworkError(cause);
    }
  }

  /** A refused request had no effect, so it can be sent again. */
  async function call<T>(path: string, call: Call = {}): Promise<T> {
    const signed = await sign(path, call, false);
    let reply = await sendSigned(signed, call.signal);
    // Visitors need the clock to know when the URLs of images expire.
    if (call.open) correctClock(signed.signedAt, reply);
    if (call.open || reply.status !== 403) return readData(reply);
    if (correctClock(signed.signedAt, reply))
      reply = await sendSigned(await sign(path, call, false), call.signal);
    // The credentials can have expired or been revoked.
    if (reply.status === 403) reply = await sendSigned(await sign(path, call, true), call.signal);
    return readData(reply);
  }

  function prepare<T>(path: string, later: Call = {}): () => Promise<T> {
    const signing = sign(path, later, false);
    let signed: SignedRequest | null = null;
    signing.then(
      (result) => {
        signed = result;
      },
      () => undefined, // `call` signs again below.
    );
    return async () => {
      // A signed request is sent without `await`, because the page can close at once.
      const ready = signed ?? (await signing.catch(() => null));
      if (!ready || serverTime() - ready.signedAt > MAX_SIGNATURE_AGE_MS)
        return call<T>(path, later);
      let reply: Response;
      try {
        reply = await send(new Request(ready.request, { keepalive: true }));
      } catch (cause) {
        throw new NetworkError(cause);
      }
      return reply.status === 403 ? call<T>(path, later) : readData<T>(reply);
    };
  }

  return { call, prepare };
}

/** The JSON of every reply. */
interface Envelope {
  code: number;
  data?: unknown;
  notes?: string | null;
}

/** Returns the `data` of a successful reply. Throws an `ApiError` for any other reply. */
async function readData<T>(reply: Response): Promise<T> {
  const envelope = await readEnvelope(reply);
  if (!reply.ok || !envelope) {
    const retryAfter = Number(reply.headers.get('retry-after')) || null;
    throw new ApiError(reply.status, envelope?.notes ?? null, retryAfter);
  }
  return (envelope.data ?? null) as T;
}

/** Returns `null` if the body is not an envelope, such as an error page of a proxy. */
async function readEnvelope(reply: Response): Promise<Envelope | null> {
  try {
    const body = (await reply.json()) as Partial<Envelope> | null;
    return typeof body?.code === 'number' ? (body as Envelope) : null;
  } catch {
    return null;
  }
}

function urlOf(api: string, path: string, query: Call['query'] = {}): string {
  const url = new URL(api + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

function requestInit({ method = 'GET', body, headers = {}, signal }: Call): RequestInit {
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...headers, 'content-type': 'application/json' };
  }
  if (signal) init.signal = signal;
  return init;
}
