import { expect, it } from 'vitest';
import type { PictureRef } from '../routes';
import { CommentThread, type CommentApi } from './comment-thread.svelte';
import { CommentThreads } from './comment-threads';

const picture = (id: string) => ({ ownerId: 'julia', id });
const create = (ref: PictureRef) => new CommentThread({} as CommentApi, 'anna', ref);
function threads() {
  const all = new CommentThreads();
  return {
    open: (ref: PictureRef) => all.open(ref, create),
    dispose: () => all.dispose(),
    get unsentCount() {
      return all.unsentCount;
    },
  };
}

it('returns the same thread for a picture and counts the unsent texts', () => {
  const mine = threads();
  mine.open(picture('a')).draft = 'How lovely';
  mine.open(picture('b')).draft = '  ';
  expect([mine.open(picture('a')).draft, mine.unsentCount]).toEqual(['How lovely', 1]);
  mine.dispose();
  expect([mine.open(picture('a')).draft, mine.unsentCount]).toEqual(['', 0]);
});

it('removes the oldest threads, except the ones with unsent texts', () => {
  const mine = threads();
  const [first, second] = [mine.open(picture('first')), mine.open(picture('second'))];
  first.draft = 'How lovely';
  for (let n = 0; n < 40; n += 1) mine.open(picture(`${n}`));
  expect(mine.open(picture('first'))).toBe(first);
  expect(mine.open(picture('second'))).not.toBe(second);
});
