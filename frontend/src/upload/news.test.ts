import { expect, it, vi } from 'vitest';
import { News } from './news';

const LONG = 60_000;

it('ends a wait when there is news, and only that one', async () => {
  const news = new News();
  const other = vi.fn();
  void news.sleep('b', LONG).then(other);
  const waiting = news.sleep('a', LONG);
  news.tell('a');
  await waiting;
  expect(other).not.toHaveBeenCalled();
  news.tellAll();
  await vi.waitFor(() => expect(other).toHaveBeenCalled());
});

it('remembers what was told too early, once', async () => {
  const news = new News();
  news.tell('a');
  await news.sleep('a', LONG);
  news.tell('a');
  news.forget('a');
  const begun = Date.now();
  await news.sleep('a', 20);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(15);
});
