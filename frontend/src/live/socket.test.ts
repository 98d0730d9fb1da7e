import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../config';
import { ANSWERS_WITHIN, openSocket, PING_EVERY } from './socket';

// Signing takes its own time, which no clock of a test moves.
let signed = 0;
vi.mock('./presign', () => ({
  presign: async (live: string) => `${live}?signed=${(signed += 1)}`,
}));

const config = { live: 'ws://localhost/live', region: 'eu-west-1' } as Config;
const minutes = (n: number) => n * 60_000;

/** As browsers have it; the test plays the server. */
class Wire extends EventTarget {
  static all: Wire[] = [];
  static OPEN = 1;
  static CONNECTING = 0;
  readyState = 0;
  sent: string[] = [];
  constructor(readonly url: string) {
    super();
    Wire.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  accepts() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  says(data: string) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  /** Ended by the server, or refused: a browser tells no more of a 403. */
  ends() {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Wire);
  Wire.all = [];
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
  const events = { onOpen: vi.fn(), onDown: vi.fn(), onMessage: vi.fn() };
  const socket = openSocket(config, { credentials, ...events });
  await vi.advanceTimersByTimeAsync(0);
  return { socket, credentials, ...events, wire: () => Wire.all.at(-1)! };
}

it('signs the address anew for each connection', async () => {
  const { wire, onOpen } = await open();
  wire().accepts();
  expect(onOpen).toHaveBeenCalledOnce();
  wire().ends();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(Wire.all.map(({ url }) => url)).toEqual([
    'ws://localhost/live?signed=1',
    'ws://localhost/live?signed=2',
  ]);
});

it('hands on what is JSON', async () => {
  const { wire, onMessage } = await open();
  wire().accepts();
  wire().says('{"type":"pong"}');
  wire().says('<html>');
  expect(onMessage.mock.calls).toEqual([[{ type: 'pong' }]]);
});

it('does not hammer where it is refused, and asks for fresh keys once', async () => {
  const { credentials } = await open();
  for (let passed = 0; passed < 600; passed += 1) {
    if (Wire.all.at(-1)!.readyState === 0) Wire.all.at(-1)!.ends();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(Wire.all.length).toBeGreaterThan(5);
  expect(Wire.all.length).toBeLessThan(15); // in ten minutes
  expect(credentials.mock.calls.filter(([renew]) => renew)).toHaveLength(1);
});

it('pings so that it does not idle, and makes it anew where nothing answers', async () => {
  const { wire, onDown, onOpen } = await open();
  wire().accepts();
  await vi.advanceTimersByTimeAsync(PING_EVERY);
  expect(wire().sent).toEqual(['{"action":"ping"}']);
  wire().says('{"type":"pong"}');
  await vi.advanceTimersByTimeAsync(ANSWERS_WITHIN * 2);
  expect([Wire.all.length, onDown.mock.calls.length]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(PING_EVERY);
  expect([Wire.all.length, onDown.mock.calls.length]).toEqual([2, 1]);
  wire().accepts();
  expect(onOpen).toHaveBeenCalledTimes(2);
});

it('proves itself when it is asked, as after a sleep', async () => {
  const { socket, wire, onDown } = await open();
  wire().accepts();
  socket.probe();
  socket.probe();
  await vi.advanceTimersByTimeAsync(ANSWERS_WITHIN + 10);
  expect([Wire.all.length, onDown.mock.calls.length]).toEqual([2, 1]);
});

it('does not wait any longer when it is asked while it waits', async () => {
  const { socket } = await open();
  for (let i = 0; i < 7; i += 1) {
    Wire.all.at(-1)!.ends();
    await vi.advanceTimersByTimeAsync(130_000);
  }
  Wire.all.at(-1)!.ends();
  const before = Wire.all.length;
  socket.probe();
  await vi.advanceTimersByTimeAsync(0);
  expect(Wire.all.length).toBe(before + 1);
});

it('stays closed', async () => {
  const { socket, wire, onOpen } = await open();
  socket.close();
  socket.close();
  wire().accepts();
  await vi.advanceTimersByTimeAsync(minutes(30));
  expect([Wire.all.length, onOpen.mock.calls.length]).toEqual([1, 0]);
});
