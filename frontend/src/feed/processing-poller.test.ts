import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { Picture, PictureState } from '../api/types';
import type { Library } from './library.svelte';
import { ProcessingPoller } from './processing-poller';

const picture = (id: string, state: PictureState) =>
  ({ id, state, owner: { id: 'anna' } }) as Picture;

function createPoller(...replies: (Picture | Error)[]) {
  const getPicture = vi.fn(async () => {
    const reply = replies.shift()!;
    if (reply instanceof Error) throw reply;
    return reply;
  });
  const library = { put: vi.fn(), remove: vi.fn() };
  return {
    getPicture,
    library,
    poller: new ProcessingPoller({ getPicture }, library as unknown as Library),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a processing picture is polled once until it is ready', async () => {
  const { getPicture, library, poller } = createPoller(
    picture('a', 'processing'),
    picture('a', 'ready'),
  );
  poller.poll([picture('a', 'processing'), picture('b', 'failed')]);
  poller.poll([picture('a', 'processing')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(getPicture).toHaveBeenCalledTimes(2);
  expect(library.put.mock.calls).toEqual([[picture('a', 'ready')]]);
});

it('a picture that was deleted meanwhile is removed from the lists', async () => {
  const { library, poller } = createPoller(new ApiError(404, null));
  poller.poll([picture('a', 'processing')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(library.remove.mock.calls).toEqual([['a']]);
});

it('a disposed poller makes no more requests', async () => {
  const { getPicture, library, poller } = createPoller(picture('a', 'ready'));
  poller.poll([picture('a', 'processing')]);
  poller.dispose();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([getPicture.mock.calls, library.put.mock.calls]).toEqual([[], []]);
});
