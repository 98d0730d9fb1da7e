import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../config';
import { INTERRUPTED_AFTER_MS, LiveConnection, type OpenSocket } from './live-connection.svelte';
import type { SocketEvents, Watch } from './socket';

const removed = (id: string, user = 'anna') => ({
  type: 'friend.removed',
  id,
  at: '2026-01-01T12:00:00Z',
  state: null,
  user: { id: user },
});

/** The listeners on `window` and `document`. */
const listeners = new Map<string, () => void>();
const target = {
  addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
  removeEventListener: (name: string) => void listeners.delete(name),
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', target);
  vi.stubGlobal('document', { ...target, visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  listeners.clear();
});

async function startLive(loadSocket?: () => Promise<OpenSocket>) {
  const sockets: { events: SocketEvents; closed: boolean; probed: number; watched: Watch[] }[] = [];
  const open: OpenSocket = (_, events) => {
    const socket = { events, closed: false, probed: 0, watched: [] as Watch[] };
    sockets.push(socket);
    return {
      watch: (shown) => socket.watched.push(shown),
      close: () => (socket.closed = true),
      probe: () => (socket.probed += 1),
    };
  };
  const live = new LiveConnection({} as Config, async () => null, loadSocket ?? (async () => open));
  const received: string[] = [];
  live.onMessage(({ id }) => received.push(id));
  live.onGap(() => received.push('gap'));
  live.onConnect(() => received.push('open'));
  const starting = live.start();
  if (!loadSocket) await starting;
  return { live, received, sockets, open, events: () => sockets.at(-1)!.events };
}

it('delivers each message once, and reports a gap after a reconnection', async () => {
  const { live, received, events } = await startLive();
  events().onOpen();
  events().onMessage(removed('1'));
  events().onMessage(removed('1'));
  expect([received, live.connected]).toEqual([['open', '1'], true]);
  events().onClose();
  expect(live.connected).toBe(false);
  events().onOpen();
  events().onMessage(removed('1'));
  events().onMessage(removed('2', 'julia'));
  expect(received).toEqual(['open', '1', 'gap', 'open', '2']);
});

it('watches what the page shows, whether it connects before or after', async () => {
  const { live, sockets } = await startLive();
  live.watch({ public: true });
  live.stop();
  live.watch({ ownerId: 'anna' });
  await live.start();
  live.watch({});
  expect(sockets.map(({ watched }) => watched)).toEqual([
    [{}, { public: true }],
    [{ ownerId: 'anna' }, {}],
  ]);
});

it('reports a gap if the first connection is late', async () => {
  const { received, events } = await startLive();
  vi.advanceTimersByTime(6_000);
  events().onOpen();
  expect(received).toEqual(['gap', 'open']);
});

it('reports an interruption after 30 seconds, whatever the number of attempts', async () => {
  const { live, events } = await startLive();
  events().onOpen();
  events().onClose();
  vi.advanceTimersByTime(INTERRUPTED_AFTER_MS - 1);
  events().onClose();
  expect(live.interrupted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(live.interrupted).toBe(true);
  events().onOpen();
  expect(live.interrupted).toBe(false);
  events().onClose();
  events().onOpen();
  vi.advanceTimersByTime(2 * INTERRUPTED_AFTER_MS);
  expect(live.interrupted).toBe(false);
});

it('reports an interruption if it never connects', async () => {
  const { live } = await startLive();
  vi.advanceTimersByTime(INTERRUPTED_AFTER_MS);
  expect(live.interrupted).toBe(true);
});

it('probes the connection when the page becomes visible or is online again', async () => {
  const { live, sockets } = await startLive();
  listeners.get('visibilitychange')!();
  listeners.get('online')!();
  expect(sockets[0]!.probed).toBe(2);
  vi.stubGlobal('document', { ...target, visibilityState: 'hidden' });
  listeners.get('visibilitychange')!();
  expect(sockets[0]!.probed).toBe(2);
  live.stop();
  expect(listeners.size).toBe(0);
});

it('starts over after it was stopped', async () => {
  const { live, received, sockets, events } = await startLive();
  events().onOpen();
  events().onMessage(removed('1'));
  live.stop();
  expect([sockets[0]!.closed, live.connected]).toEqual([true, false]);
  vi.advanceTimersByTime(2 * INTERRUPTED_AFTER_MS);
  expect(live.interrupted).toBe(false);
  await live.start();
  events().onOpen();
  events().onMessage(removed('1'));
  expect(received).toEqual(['open', '1', 'open', '1']);
});

it('opens no socket if it is stopped while the code loads', async () => {
  let loaded = (_: OpenSocket) => {};
  const { live, sockets, open } = await startLive(
    () => new Promise((resolve) => (loaded = resolve)),
  );
  live.stop();
  loaded(open);
  await vi.runAllTimersAsync();
  expect(sockets).toHaveLength(0);
});

it('loads the code again after a failure', async () => {
  const opened = vi.fn(() => ({
    watch: () => undefined,
    close: () => undefined,
    probe: () => undefined,
  }));
  const load = vi
    .fn<() => Promise<OpenSocket>>()
    .mockRejectedValueOnce(new TypeError('no network'))
    .mockResolvedValue(opened);
  await startLive(load);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(opened).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([load.mock.calls.length, opened.mock.calls.length]).toEqual([2, 1]);
});

it('calls the other listeners if one throws', async () => {
  const report = vi.fn();
  vi.stubGlobal('reportError', report);
  const { live, received, events } = await startLive();
  live.onConnect(() => {
    throw new Error('failed');
  });
  live.onConnect(() => received.push('after'));
  events().onOpen();
  expect(received).toEqual(['open', 'after']);
  expect(report).toHaveBeenCalledOnce();
});
