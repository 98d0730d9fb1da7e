import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { News } from './news';

const LONG = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('ends a wait when there is news, and only that one', async () => {
  const news = new News();
  const other = vi.fn();
  void news.sleep('b', LONG).then(other);
  const waiting = news.sleep('a', LONG);
  news.tell('a');
  await waiting;
  await vi.advanceTimersByTimeAsync(LONG - 1);
  expect(other).not.toHaveBeenCalled();
  news.tellAll();
  await vi.advanceTimersByTimeAsync(0);
  expect(other).toHaveBeenCalled();
});

it('remembers what was told too early, once', async () => {
  const news = new News();
  news.tell('a');
  await news.sleep('a', LONG);
  news.tell('a');
  news.forget('a');
  const over = vi.fn();
  void news.sleep('a', LONG).then(over);
  await vi.advanceTimersByTimeAsync(LONG - 1);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalled();
});
