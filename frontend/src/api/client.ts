import { AwsClient } from 'aws4fetch';
import { t } from '../texts';
import { ApiError, NetworkError } from './errors';

/** Short-lived keys of the identity pool. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Gives current credentials, or null when nobody is signed in; `renew` asks for fresh ones. */
export type CredentialSource = (renew?: boolean) => Promise<Credentials | null>;

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** Open routes are sent unsigned, so that they stay cacheable. */
  open?: boolean;
  signal?: AbortSignal;
}

export interface Client {
  /** Sends one call and gives the envelope's `data`; throws `ApiError` or `NetworkError`. */
  call<T>(path: string, call?: Call): Promise<T>;
  /**
   * Signs a call now and gives what sends it later: even when the page is being left, or the keys are gone. A signature that
   * has grown old meanwhile is made anew.
   */
  prepare<T>(path: string, call?: Call): () => Promise<T>;
}

export interface ClientOptions {
  api: string;
  region: string;
  credentials: CredentialSource;
  fetch?: typeof fetch;
}

export function createClient({
  api,
  region,
  credentials,
  fetch: send = (input, init) => fetch(input, init),
}: ClientOptions): Client {
  async function attempt(path: string, call: Call, renew: boolean): Promise<Response> {
    const request = await sign(path, call, renew);
    try {
      return await send(request);
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      throw new NetworkError(cause);
    }
  }

  async function sign(path: string, call: Call, renew: boolean): Promise<Request> {
    const url = address(api, path, call.query);
    const init = requestInit(call);
    if (call.open) return new Request(url, init);
    const keys = await credentials(renew);
    if (!keys) throw new ApiError(403, t.auth.ended);
    return new AwsClient({ ...keys, region, service: 'execute-api', retries: 0 }).sign(url, init);
  }

  async function call<T>(path: string, call: Call = {}): Promise<T> {
    let reply = await attempt(path, call, false);
    let envelope = await readEnvelope(reply);
    // The keys may have run out or been taken back: once more with fresh ones. What was refused has done nothing yet.
    if (reply.status === 403 && !call.open) {
      reply = await attempt(path, call, true);
      envelope = await readEnvelope(reply);
    }
    return dataOf(reply, envelope);
  }

  function prepare<T>(path: string, later: Call = {}): () => Promise<T> {
    const [signedAt, signing] = [Date.now(), sign(path, later, false)];
    let signed: Request | null = null;
    signing.then(
      (request) => (signed = request),
      () => undefined,
    ); // what failed is signed anew
    return async () => {
      // Nothing is waited for before it is sent: the page may be gone the next moment.
      const request = signed ?? (await signing.catch(() => null));
      if (!request || Date.now() - signedAt > SIGNED_FOR) return call<T>(path, later);
      let reply: Response;
      try {
        reply = await send(new Request(request, { keepalive: true }));
      } catch (cause) {
        throw new NetworkError(cause);
      }
      return reply.status === 403
        ? call<T>(path, later)
        : dataOf<T>(reply, await readEnvelope(reply));
    };
  }

  return { call, prepare };
}

/** Milliseconds for which a signature is used; API Gateway takes it for five minutes. */
const SIGNED_FOR = 4 * 60_000;

function dataOf<T>(reply: Response, envelope: Envelope | null): T {
  if (!reply.ok || !envelope) throw new ApiError(reply.status, envelope?.notes ?? null);
  return envelope.data as T;
}

interface Envelope {
  code: number;
  data: unknown;
  notes: string | null;
}

async function readEnvelope(reply: Response): Promise<Envelope | null> {
  try {
    const value = (await reply.json()) as Partial<Envelope> | null;
    return typeof value?.code === 'number'
      ? { code: value.code, data: value.data ?? null, notes: value.notes ?? null }
      : null;
  } catch {
    return null;
  }
}

function address(api: string, path: string, query: Call['query'] = {}): string {
  const url = new URL(api + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

function requestInit({ method = 'GET', body, signal }: Call): RequestInit {
  return {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(signal ? { signal } : {}),
  };
}
