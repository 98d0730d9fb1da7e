import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../config';
import { openSocket, PING_INTERVAL_MS, PONG_TIMEOUT_MS, RENEWAL_AGE_MS } from './socket';

// Fake timers do not advance Web Crypto, so signing is replaced.
let signed = 0;
vi.mock('./presign', () => ({
  presign: async (live: string, _region: string, _keys: unknown, withToken: boolean) =>
    `${live}?signed=${(signed += 1)}${withToken ? '&token' : ''}`,
}));

const config = { live: 'ws://localhost/live', region: 'eu-west-1' } as Config;
const minutes = (n: number) => n * 60_000;

const sockets: FakeWebSocket[] = [];

/** Replaces the browser's WebSocket. The test plays the server. */
class FakeWebSocket extends EventTarget {
  static OPEN = 1;
  static CONNECTING = 0;
  readyState = 0;
  sent: string[] = [];
  constructor(readonly url: string) {
    super();
    sockets.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  receive(data: string) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  /** Closes or refuses the connection. A browser hides the status of a refusal. */
  end() {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeWebSocket);
  sockets.length = 0;
  signed = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open() {
  const credentials = vi.fn(async (_renew?: boolean) => ({
    accessKeyId: 'AKID',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  }));
  const events = { onOpen: vi.fn(), onClose: vi.fn(), onMessage: vi.fn() };
  const socket = openSocket(config, { credentials, ...events });
  await vi.advanceTimersByTimeAsync(0);
  return { socket, credentials, ...events, server: () => sockets.at(-1)! };
}

it('signs a new URL for each connection', async () => {
  const { server, onOpen } = await open();
  server().accept();
  expect(onOpen).toHaveBeenCalledOnce();
  server().end();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sockets.map(({ url }) => url)).toEqual([
    'ws://localhost/live?signed=1',
    'ws://localhost/live?signed=2',
  ]);
});

it('sends the access token only after a failure', async () => {
  const { server } = await open();
  server().end();
  await vi.advanceTimersByTimeAsync(2_000);
  server().accept();
  await vi.advanceTimersByTimeAsync(10_000); // the connection counts as stable
  server().end();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sockets.map(({ url }) => url.includes('token'))).toEqual([false, true, false]);
});

/** Lets the connections reach the age of a renewal. Each replies to pings. */
async function reachRenewalAge() {
  for (let age = 0; age < RENEWAL_AGE_MS; age += PING_INTERVAL_MS) {
    await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS);
    for (const socket of sockets.filter(({ readyState }) => readyState === 1))
      socket.receive('{"type":"pong"}');
  }
  await vi.advanceTimersByTimeAsync(10); // the successor connects
}

const watching = '{"type":"watching"}';
const watchesOf = ({ sent }: FakeWebSocket) =>
  sent
    .map((text) => JSON.parse(text) as { action: string })
    .filter(({ action }) => action === 'watch');

it('watches what the page shows, also after a reconnection', async () => {
  const { socket, server } = await open();
  socket.watch({ public: true });
  server().accept();
  socket.watch({ ownerId: 'anna' });
  socket.watch({ ownerId: 'anna' });
  server().end();
  await vi.advanceTimersByTimeAsync(2_000);
  server().accept();
  expect(sockets.map(watchesOf)).toEqual([
    [
      { action: 'watch', public: true },
      { action: 'watch', ownerId: 'anna' },
    ],
    [{ action: 'watch', ownerId: 'anna' }],
  ]);
});

it('replaces an old connection without a gap', async () => {
  const { onOpen, onClose, onMessage, socket } = await open();
  socket.watch({ public: true });
  sockets[0]!.accept();
  await reachRenewalAge();
  const [old, successor] = sockets as [FakeWebSocket, FakeWebSocket];
  successor.accept();
  expect(watchesOf(successor)).toEqual([{ action: 'watch', public: true }]);
  const before = onMessage.mock.calls.length;
  old.receive('{"type":"pong"}');
  successor.receive('{"type":"pong"}');
  expect([old.readyState, onMessage.mock.calls.length]).toEqual([1, before + 2]);
  successor.receive(watching);
  expect([old.readyState, successor.readyState]).toEqual([3, 1]);
  expect([onOpen.mock.calls.length, onClose.mock.calls.length]).toEqual([1, 0]);
  await reachRenewalAge();
  expect(sockets).toHaveLength(3);
});

it('reconnects normally if the old connection closes before its successor is ready', async () => {
  const { onOpen, onClose, server } = await open();
  sockets[0]!.accept();
  await reachRenewalAge();
  sockets[0]!.end();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sockets).toHaveLength(3);
  expect(sockets[1]!.readyState).toBe(3);
  server().accept();
  expect([onOpen.mock.calls.length, onClose.mock.calls.length]).toEqual([2, 1]);
});

it('passes on JSON and drops other data', async () => {
  const { server, onMessage } = await open();
  server().accept();
  server().receive('{"type":"pong"}');
  server().receive('<html>');
  expect(onMessage.mock.calls).toEqual([[{ type: 'pong' }]]);
});

it('backs off when it is refused, and renews the credentials once', async () => {
  const { credentials } = await open();
  for (let second = 0; second < 600; second += 1) {
    if (sockets.at(-1)!.readyState === 0) sockets.at(-1)!.end();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(sockets.length).toBeGreaterThan(5);
  expect(sockets.length).toBeLessThan(15); // in ten minutes
  expect(credentials.mock.calls.filter(([renew]) => renew)).toHaveLength(1);
});

it('pings while it is idle, and reconnects if no reply comes', async () => {
  const { server, onClose, onOpen } = await open();
  server().accept();
  await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS);
  expect(server().sent).toEqual(['{"action":"watch"}', '{"action":"ping"}']);
  server().receive('{"type":"pong"}');
  await vi.advanceTimersByTimeAsync(PONG_TIMEOUT_MS * 2);
  expect([sockets.length, onClose.mock.calls.length]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS);
  expect([sockets.length, onClose.mock.calls.length]).toEqual([2, 1]);
  server().accept();
  expect(onOpen).toHaveBeenCalledTimes(2);
});

it('reconnects if a probe gets no reply', async () => {
  const { socket, server, onClose } = await open();
  server().accept();
  socket.probe();
  socket.probe();
  await vi.advanceTimersByTimeAsync(PONG_TIMEOUT_MS + 10);
  expect([sockets.length, onClose.mock.calls.length]).toEqual([2, 1]);
});

it('reconnects at once on a probe during a delay', async () => {
  const { socket } = await open();
  for (let i = 0; i < 7; i += 1) {
    sockets.at(-1)!.end();
    await vi.advanceTimersByTimeAsync(130_000);
  }
  sockets.at(-1)!.end();
  const before = sockets.length;
  socket.probe();
  await vi.advanceTimersByTimeAsync(0);
  expect(sockets.length).toBe(before + 1);
});

it('opens no connection after it is closed', async () => {
  const { socket, server, onOpen } = await open();
  socket.close();
  socket.close();
  server().accept();
  await vi.advanceTimersByTimeAsync(minutes(30));
  expect([sockets.length, onOpen.mock.calls.length]).toEqual([1, 0]);
});
