import { expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../../api/errors';
import type { Picture, PictureState } from '../../api/types';
import { waitUntilReady } from './wait-until-ready';

const picture = (state: PictureState) => ({ id: 'p', state }) as Picture;

function run(read: () => Promise<Picture>, signal = new AbortController().signal) {
  const waits: number[] = [];
  const onSlow = vi.fn();
  const sleep = async (ms: number) => void waits.push(ms);
  return { waits, onSlow, result: waitUntilReady({ read, onSlow, signal, sleep }) };
}

it('polls with growing intervals until the picture is ready', async () => {
  const states: PictureState[] = ['awaitingUpload', 'processing', 'processing', 'ready'];
  const { waits, result } = run(async () => picture(states.shift()!));
  expect(await result).toMatchObject({ state: 'ready' });
  expect(waits).toHaveLength(4);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
});

it('returns a failed picture', async () => {
  expect(await run(async () => picture('failed')).result).toMatchObject({ state: 'failed' });
});

it('polls again after a lost connection', async () => {
  const read = vi.fn(async () => picture('ready')).mockRejectedValueOnce(new NetworkError(null));
  expect(await run(read).result).toMatchObject({ state: 'ready' });
});

it('returns removed if the picture was deleted', async () => {
  expect(await run(() => Promise.reject(new ApiError(404, null))).result).toBe('removed');
});

it('reports once that the picture is slow, and gives up after 15 minutes', async () => {
  const { onSlow, result, waits } = run(async () => picture('processing'));
  expect(await result).toBe('unfinished');
  expect(onSlow).toHaveBeenCalledTimes(1);
  expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
});

it('stops after an abort', async () => {
  const ended = new AbortController();
  const read = vi.fn(async () => (ended.abort(), picture('processing')));
  expect(await run(read, ended.signal).result).toBe('unfinished');
  expect(read).toHaveBeenCalledTimes(1);
});

it('ignores a reply that arrives after an abort', async () => {
  const ended = new AbortController();
  expect(await run(async () => (ended.abort(), picture('ready')), ended.signal).result).toBe(
    'unfinished',
  );
});

it('polls less often while live messages arrive', async () => {
  const waits: number[] = [];
  const states: PictureState[] = ['processing', 'processing', 'ready'];
  const sleep = async (ms: number) => void waits.push(ms);
  await waitUntilReady({
    read: async () => picture(states.shift()!),
    onSlow: vi.fn(),
    signal: new AbortController().signal,
    sleep,
    isLive: () => true,
  });
  expect(waits).toHaveLength(3);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(4000);
});
