import { describe, expect, it, vi } from 'vitest';
import { presign } from '../live/presign';
import { createClient, type CredentialSource } from './client';
import { correctClock, formatSignatureTime, serverTime } from './clock';
import { ApiError, NetworkError, messageOf } from './errors';

const API = 'http://localhost:4566/_aws/execute-api/abc/v1';
const keys = (accessKeyId = 'AKID') => ({
  accessKeyId,
  secretAccessKey: 'secret',
  sessionToken: 'token',
});

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

function client(credentials: CredentialSource, ...replies: (() => Response)[]) {
  const sent: Request[] = [];
  const fetch = vi.fn(async (request: RequestInfo | URL) => {
    sent.push(request as Request);
    return (replies[sent.length - 1] ?? replies.at(-1)!)();
  });
  return {
    sent,
    api: createClient({
      api: API,
      region: 'eu-west-1',
      credentials,
      fetch: fetch as typeof globalThis.fetch,
    }),
  };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe('call', () => {
  it('signs with the credentials and returns the data', async () => {
    const { api, sent } = client(
      async () => keys(),
      () => json(200, { code: 200, data: { id: 'u' }, notes: null }),
    );
    expect(await api.call('/users/u', { query: { limit: 5, cursor: null } })).toEqual({ id: 'u' });
    const [request] = sent;
    expect(request!.url).toBe(`${API}/users/u?limit=5`);
    expect(request!.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request/,
    );
    expect(request!.headers.get('x-amz-security-token')).toBe('token');
  });

  it('reads the time after which a refused call can be repeated', async () => {
    const refusal = { code: 429, data: null, notes: 'You have written 120 comments this hour.' };
    const headers = { 'retry-after': '1800' };
    const { api } = client(
      async () => keys(),
      () => new Response(JSON.stringify(refusal), { status: 429, headers }),
    );
    const error = await failure(api.call('/comments', { method: 'POST' }));
    expect(error).toMatchObject({ code: 429, notes: refusal.notes, retryAfter: 1800 });
  });

  it('sends open routes unsigned, without credentials', async () => {
    const credentials = vi.fn(async () => keys());
    const { api, sent } = client(credentials, () =>
      json(200, { code: 200, data: [], notes: null }),
    );
    await api.call('/public', { open: true });
    expect(sent[0]!.headers.has('authorization')).toBe(false);
    expect(credentials).not.toHaveBeenCalled();
  });

  it('asks whether the stored reply of an open route is current, after changes of the user', async () => {
    const { api, sent } = client(
      async () => keys(),
      () => json(200, { code: 200, data: [], notes: null }),
    );
    await api.call('/public', { open: true });
    expect(sent[0]!.cache).toBe('no-cache');
  });

  it('takes the time from the replies of open routes, which no signature needs', async () => {
    const date = new Date(Date.now() + 20 * 60_000).toUTCString();
    const reply = { code: 200, data: [], notes: null };
    const { api } = client(
      async () => null,
      () => new Response(JSON.stringify(reply), { headers: { date } }),
    );
    try {
      await api.call('/public', { open: true });
      expect(Math.abs(serverTime() - Date.parse(date))).toBeLessThan(5_000);
    } finally {
      correctClock(0, new Response(null, { headers: { date: new Date().toUTCString() } }));
    }
  });

  it('sends a body as JSON', async () => {
    const { api, sent } = client(
      async () => keys(),
      () => json(201, { code: 201, data: {}, notes: null }),
    );
    await api.call('/pictures', { method: 'POST', body: { bytes: 3 } });
    expect(sent[0]!.method).toBe('POST');
    expect(await sent[0]!.json()).toEqual({ bytes: 3 });
  });
});

describe('a failed call', () => {
  it('throws the code and the message of the envelope', async () => {
    const { api } = client(
      async () => keys(),
      () => json(409, { code: 409, data: null, notes: 'The handle ada is taken.' }),
    );
    const error = await failure(api.call('/users'));
    expect(error).toMatchObject({ code: 409, notes: 'The handle ada is taken.' });
    expect(messageOf(error)).toBe('The handle ada is taken.');
  });

  it('is repeated once with new credentials after 403', async () => {
    const credentials = vi.fn(async (renew?: boolean) => keys(renew ? 'FRESH' : 'OLD'));
    const refused = () =>
      json(403, { code: 403, data: null, notes: 'Your credentials have expired.' });
    const { api, sent } = client(credentials, refused, () =>
      json(200, { code: 200, data: 1, notes: null }),
    );
    expect(await api.call('/feed')).toBe(1);
    expect(sent[1]!.headers.get('authorization')).toContain('FRESH');

    const again = client(credentials, refused);
    expect(await failure(again.api.call('/feed'))).toBeInstanceOf(ApiError);
    expect(again.sent).toHaveLength(2);
  });

  it('is repeated with the time of the server after 403 if the clock is wrong', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const minutes of [-20, 20]) {
        const serverNow = Date.parse('2026-11-28T12:00:00Z');
        vi.setSystemTime(serverNow + minutes * 60_000);
        const date = new Date(serverNow).toUTCString();
        const refused = () => new Response('{"code": 403}', { status: 403, headers: { date } });
        const credentials = vi.fn(async () => keys());
        const { api, sent } = client(credentials, refused, () =>
          json(200, { code: 200, data: 1, notes: null }),
        );
        expect([await api.call('/feed'), await api.call('/feed')]).toEqual([1, 1]);
        const times = sent.map((request) => request.headers.get('x-amz-date'));
        expect(times.slice(1)).toEqual(['20261128T120000Z', '20261128T120000Z']);
        expect(credentials).not.toHaveBeenCalledWith(true);
        expect(formatSignatureTime(serverTime())).toBe('20261128T120000Z');
        const url = new URL(await presign('wss://live.example/v1', 'eu-west-1', keys()));
        expect(url.searchParams.get('X-Amz-Date')).toBe('20261128T120000Z');
      }
    } finally {
      vi.useRealTimers();
      correctClock(0, new Response(null, { headers: { date: new Date().toUTCString() } }));
    }
  });

  it('is not repeated after other errors', async () => {
    const { api, sent } = client(
      async () => keys(),
      () => json(404, { code: 404, data: null, notes: 'Not there.' }),
    );
    expect(await failure(api.call('/pictures/a/b'))).toMatchObject({ notes: 'Not there.' });
    expect(sent).toHaveLength(1);
  });

  it('throws a NetworkError if no reply arrives', async () => {
    const broken = () => {
      throw new TypeError('Failed to fetch');
    };
    const { api } = client(async () => keys(), broken);
    expect(await failure(api.call('/feed'))).toBeInstanceOf(NetworkError);
  });

  it('throws an ApiError if the reply is not an envelope', async () => {
    const { api } = client(
      async () => keys(),
      () => new Response('<html>', { status: 502 }),
    );
    expect(await failure(api.call('/feed'))).toMatchObject({ code: 502, notes: null });
  });

  it('sends nothing if no member is signed in', async () => {
    const { api, sent } = client(
      async () => null,
      () => json(200, {}),
    );
    expect(await failure(api.call('/feed'))).toBeInstanceOf(ApiError);
    expect(sent).toHaveLength(0);
  });
});

describe('a prepared call', () => {
  const ok = () => json(200, { code: 200, data: { id: 'c' }, notes: null });

  it('is signed at once and sent later with keepalive', async () => {
    const credentials = vi.fn(async () => keys());
    const { api, sent } = client(credentials, ok);
    const send = api.prepare('/pictures/a/b', { method: 'DELETE' });
    await vi.waitFor(() => expect(credentials).toHaveBeenCalledOnce());
    expect(sent).toHaveLength(0);
    expect(await send()).toEqual({ id: 'c' });
    expect([sent[0]!.method, sent[0]!.keepalive]).toEqual(['DELETE', true]);
    expect(credentials).toHaveBeenCalledOnce();
  });

  it('is signed again if the signature has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const credentials = vi.fn(async () => keys());
      const { api } = client(credentials, ok);
      const send = api.prepare('/pictures/a/b', { method: 'DELETE' });
      await new Promise((resolve) => setTimeout(resolve)); // signs
      vi.setSystemTime(Date.now() + 5 * 60_000);
      await send();
      expect(credentials).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
