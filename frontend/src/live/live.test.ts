import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../config';
import { AWAY_AFTER, Live, type OpenSocket } from './live.svelte';
import type { SocketEvents } from './socket';

const removed = (id: string, user = 'anna') => ({
  type: 'friend.removed',
  id,
  at: '2026-01-01T12:00:00Z',
  state: null,
  user: { id: user },
});

/** The page, as far as it is listened to. */
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

async function started(load?: () => Promise<OpenSocket>) {
  const sockets: { events: SocketEvents; closed: boolean; probed: number }[] = [];
  const open: OpenSocket = (_, events) => {
    const socket = { events, closed: false, probed: 0 };
    sockets.push(socket);
    return { close: () => (socket.closed = true), probe: () => (socket.probed += 1) };
  };
  const live = new Live({} as Config, async () => null, load ?? (async () => open));
  const told: string[] = [];
  live.on(({ id }) => told.push(id));
  live.onGap(() => told.push('gap'));
  live.onOpen(() => told.push('open'));
  const starting = live.start();
  if (!load) await starting;
  return { live, told, sockets, open, events: () => sockets.at(-1)!.events };
}

it('tells each message once, and of a gap when it is back', async () => {
  const { live, told, events } = await started();
  events().onOpen();
  events().onMessage(removed('1'));
  events().onMessage(removed('1'));
  expect([told, live.connected]).toEqual([['open', '1'], true]);
  events().onDown();
  expect(live.connected).toBe(false);
  events().onOpen();
  events().onMessage(removed('1'));
  events().onMessage(removed('2', 'julia'));
  expect(told).toEqual(['open', '1', 'gap', 'open', '2']);
});

it('takes a first connection that came late for a gap', async () => {
  const { told, events } = await started();
  vi.advanceTimersByTime(6_000);
  events().onOpen();
  expect(told).toEqual(['gap', 'open']);
});

it('says that nothing comes only when that lasts, however often it tried', async () => {
  const { live, events } = await started();
  events().onOpen();
  events().onDown();
  vi.advanceTimersByTime(AWAY_AFTER - 1);
  events().onDown();
  expect(live.away).toBe(false);
  vi.advanceTimersByTime(1);
  expect(live.away).toBe(true);
  events().onOpen();
  expect(live.away).toBe(false);
  events().onDown();
  events().onOpen();
  vi.advanceTimersByTime(2 * AWAY_AFTER);
  expect(live.away).toBe(false);
});

it('says so, too, where it never was connected', async () => {
  const { live } = await started();
  vi.advanceTimersByTime(AWAY_AFTER);
  expect(live.away).toBe(true);
});

it('asks the connection for a sign of life when the page is looked at again or back online', async () => {
  const { live, sockets } = await started();
  listeners.get('visibilitychange')!();
  listeners.get('online')!();
  expect(sockets[0]!.probed).toBe(2);
  vi.stubGlobal('document', { ...target, visibilityState: 'hidden' });
  listeners.get('visibilitychange')!();
  expect(sockets[0]!.probed).toBe(2);
  live.stop();
  expect(listeners.size).toBe(0);
});

it('closes at sign-out, forgets, and begins anew for the next person', async () => {
  const { live, told, sockets, events } = await started();
  events().onOpen();
  events().onMessage(removed('1'));
  live.stop();
  expect([sockets[0]!.closed, live.connected]).toEqual([true, false]);
  vi.advanceTimersByTime(2 * AWAY_AFTER);
  expect(live.away).toBe(false);
  await live.start();
  events().onOpen();
  events().onMessage(removed('1'));
  expect(told).toEqual(['open', '1', 'open', '1']);
});

it('opens nothing for somebody who left while its code was loading', async () => {
  let loaded = (_: OpenSocket) => {};
  const { live, sockets, open } = await started(() => new Promise((resolve) => (loaded = resolve)));
  live.stop();
  loaded(open);
  await vi.runAllTimersAsync();
  expect(sockets).toHaveLength(0);
});

it('asks for its code again where it could not be loaded', async () => {
  const opened = vi.fn(() => ({ close: () => undefined, probe: () => undefined }));
  const load = vi
    .fn<() => Promise<OpenSocket>>()
    .mockRejectedValueOnce(new TypeError('no network'))
    .mockResolvedValue(opened);
  await started(load);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(opened).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([load.mock.calls.length, opened.mock.calls.length]).toEqual([2, 1]);
});

it('tells the others where one listener fails', async () => {
  const report = vi.fn();
  vi.stubGlobal('reportError', report);
  const { live, told, events } = await started();
  live.onOpen(() => {
    throw new Error('mine');
  });
  live.onOpen(() => told.push('after'));
  events().onOpen();
  expect(told).toEqual(['open', 'after']);
  expect(report).toHaveBeenCalledOnce();
});
