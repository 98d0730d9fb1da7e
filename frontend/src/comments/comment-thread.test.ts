import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Comment, LiveMessage, Page } from '../api/types';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { CommentThread } from './comment-thread.svelte';

const NOW = Date.UTC(2026, 5, 1);
const comment = (id: string, author = 'anna', text = id): Comment => ({
  id,
  author: { id: author, handle: null, firstName: null, lastName: null },
  text,
  createdAt: new Date(NOW).toISOString(),
});
const added = (comment: Comment, picture = 'p'): LiveMessage => ({
  type: 'comment.added',
  id: `a${comment.id}`,
  at: '',
  ownerId: 'o',
  pictureId: picture,
  comment,
});
const removed = (id: string): LiveMessage => ({
  type: 'comment.removed',
  id: `r${id}`,
  at: '',
  ownerId: 'o',
  pictureId: 'p',
  commentId: id,
});

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  toasts.flush();
  vi.useRealTimers();
});

/** Replaces the API by a list of comments with two on a page. */
function server(...ids: string[]) {
  const all = ids.map((id) => comment(id));
  let next = 0;
  const comments = vi.fn(
    async (_: string, __: string, cursor: string | null): Promise<Page<Comment>> => {
      const rest = all.filter(({ id }) => id > (cursor ?? ''));
      const items = rest.slice(0, 2);
      return { items, cursor: items.length === 2 ? items[1]!.id : null };
    },
  );
  const addComment = vi.fn(async (_: string, __: string, text: string) => {
    const newComment = comment(`x${(next += 1)}`, 'me', text);
    all.push(newComment);
    return newComment;
  });
  const deleteComment = vi.fn(async (_: string, __: string, id: string) => {
    all.splice(
      all.findIndex((item) => item.id === id),
      1,
    );
    return { id };
  });
  const prepareDeleteComment = vi.fn(
    (owner: string, picture: string, id: string) => () => deleteComment(owner, picture, id),
  );
  const thread = new CommentThread({ comments, addComment, prepareDeleteComment }, 'me', {
    ownerId: 'o',
    id: 'p',
  });
  return { all, comments, addComment, deleteComment, prepareDeleteComment, thread };
}

const ids = (list: readonly Comment[]) => list.map(({ id }) => id).join(' ');
const shown = (thread: CommentThread) => [
  ids(thread.pages.loaded),
  ids(thread.pages.recent),
  thread.pending.map(({ text }) => text).join(' '),
];

it('loads page by page, through an empty last page', async () => {
  const { thread } = server('a', 'b', 'c', 'd');
  await thread.pages.load();
  expect([ids(thread.pages.loaded), thread.pages.hasMore]).toEqual(['a b', true]);
  await thread.pages.loadMore();
  expect([ids(thread.pages.loaded), thread.pages.hasMore]).toEqual(['a b c d', true]);
  await thread.pages.loadMore();
  expect([ids(thread.pages.loaded), thread.pages.hasMore, thread.pages.status]).toEqual([
    'a b c d',
    false,
    'ready',
  ]);
});

it('lists new comments after the pages not read yet', async () => {
  const { thread, all } = server('a', 'b', 'c');
  await thread.pages.load();
  all.push(comment('d'));
  thread.handleMessage(added(comment('d')));
  await thread.send('mine');
  expect(shown(thread)).toEqual(['a b', 'd x1', '']);
  await thread.pages.loadMore();
  await thread.pages.loadMore();
  await thread.pages.loadMore();
  expect(shown(thread)).toEqual(['a b c d x1', '', '']);
});

it('lists an own comment once, in any order of reply and live message', async () => {
  const { thread, addComment } = server();
  await thread.pages.load();
  await thread.send('first');
  expect(thread.handleMessage(added(comment('x1', 'me', 'first')))).toBeNull();
  let reply = (_: Comment) => {};
  addComment.mockImplementationOnce(() => new Promise((resolve) => (reply = resolve)));
  const sending = thread.send('second');
  expect(shown(thread)).toEqual(['x1', '', 'second']);
  thread.handleMessage(added(comment('x2', 'me', 'second')));
  expect(shown(thread)).toEqual(['x1 x2', '', '']);
  reply(comment('x2', 'me', 'second'));
  await sending;
  expect(shown(thread)).toEqual(['x1 x2', '', '']);
});

it('returns a new comment of another member once, for this picture only', async () => {
  const { thread } = server();
  await thread.pages.load();
  expect(thread.handleMessage(added(comment('a'), 'other'))).toBeNull();
  expect(thread.handleMessage(added(comment('a')))).toMatchObject({ author: { id: 'anna' } });
  expect(thread.handleMessage(added(comment('a')))).toBeNull();
  thread.handleMessage(removed('a'));
  thread.handleMessage(added(comment('a')));
  expect(shown(thread)).toEqual(['', '', '']);
});

it('sends a failed comment again, or moves it back to the draft', async () => {
  const { thread, addComment } = server();
  await thread.pages.load();
  addComment
    .mockRejectedValueOnce(new ApiError(403, 'No.'))
    .mockRejectedValueOnce(new ApiError(403, 'No.'));
  await thread.send('one');
  await thread.send('two');
  expect(thread.pending.map(({ error }) => error)).toEqual(['No.', 'No.']);
  await thread.resend(0);
  expect(shown(thread)).toEqual(['x1', '', 'two']);
  thread.draft = 'three';
  thread.moveToDraft(1);
  expect([thread.draft, thread.pending.length, thread.isUnfinished]).toEqual([
    'two\nthree',
    0,
    true,
  ]);
});

it('does not send a comment twice if only the reply was lost', async () => {
  const { thread, all, addComment } = server('a', 'b', 'c');
  await thread.pages.load();
  addComment.mockImplementationOnce(async (_, __, text) => {
    all.push(comment('x0', 'me', text));
    throw new NetworkError(null);
  });
  await thread.send('hello');
  expect(thread.pending[0]).toMatchObject({ error: t.errors.network, maybeSent: true });
  await thread.resend(0);
  expect(shown(thread)).toEqual(['a b c x0', '', '']);
  expect(addComment).toHaveBeenCalledOnce();
});

it('finds the sent comments if another load supersedes the check', async () => {
  const { thread, all, addComment, comments } = server('a', 'b', 'c');
  await thread.pages.load();
  for (const text of ['hello', 'more']) {
    addComment.mockImplementationOnce(async () => {
      all.push(comment(`x${text}`, 'me', text));
      throw new NetworkError(null);
    });
    await thread.send(text);
  }
  let release = () => {};
  comments.mockImplementationOnce(
    () => new Promise((resolve) => (release = () => resolve({ items: [], cursor: null }))),
  );
  const trying = Promise.all([thread.resend(0), thread.resend(1)]);
  await vi.advanceTimersByTimeAsync(0);
  const reloading = thread.pages.load();
  release();
  await Promise.all([trying, reloading]);
  expect(shown(thread)).toEqual(['a b c xhello xmore', '', '']);
  expect(addComment).toHaveBeenCalledTimes(2);
});

it('sends a comment again only after a successful check', async () => {
  const { thread, addComment, comments } = server('a');
  await thread.pages.load();
  addComment.mockRejectedValueOnce(new NetworkError(null));
  await thread.send('hello');
  comments.mockRejectedValueOnce(new NetworkError(null));
  await thread.resend(0);
  expect([thread.pending.length, addComment.mock.calls.length]).toEqual([1, 1]);
  await thread.resend(0);
  expect([...shown(thread), addComment.mock.calls.length]).toEqual(['a x1', '', '', 2]);
});

it('deletes a comment when the time to undo has passed', async () => {
  const { thread, deleteComment } = server('a', 'b', 'c');
  await thread.pages.load();
  thread.delete('a');
  expect([thread.deletionToasts.has('a'), deleteComment.mock.calls.length]).toEqual([true, 0]);
  toasts.items[0]!.undo!();
  expect([thread.deletionToasts.size, ids(thread.pages.loaded)]).toEqual([0, 'a b']);
  thread.delete('a');
  await vi.advanceTimersByTimeAsync(20_000);
  expect([
    thread.deletionToasts.size,
    ids(thread.pages.loaded),
    deleteComment.mock.calls.length,
  ]).toEqual([0, 'b', 1]);
});

it('deletes a comment at once when the page closes, with the prepared request', async () => {
  const { thread, deleteComment, prepareDeleteComment } = server('a', 'b');
  await thread.pages.load();
  thread.delete('a');
  expect([prepareDeleteComment.mock.calls.length, deleteComment.mock.calls.length]).toEqual([1, 0]);
  toasts.flush();
  expect(deleteComment).toHaveBeenCalledExactlyOnceWith('o', 'p', 'a');
});

it('restores a comment if its deletion fails, except with 404', async () => {
  const { thread, deleteComment } = server('a', 'b', 'c');
  await thread.pages.load();
  deleteComment
    .mockRejectedValueOnce(new NetworkError(null))
    .mockRejectedValueOnce(new ApiError(404, 'Gone.'));
  thread.delete('a');
  await vi.advanceTimersByTimeAsync(9_000);
  expect(toasts.items.map(({ text }) => text)).toEqual([t.comments.removeFailed(t.errors.network)]);
  expect(ids(thread.pages.loaded)).toBe('a b');
  thread.delete('b');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ids(thread.pages.loaded)).toBe('a');
});

it('merges a reload with the live messages that arrive during it', async () => {
  const { thread, all, comments } = server('a', 'b', 'c');
  await thread.pages.load();
  await thread.pages.loadMore();
  all.splice(0, 1);
  let release = () => {};
  comments.mockImplementationOnce(
    () =>
      new Promise(
        (resolve) =>
          (release = () => resolve({ items: [comment('b'), comment('c')], cursor: 'c' })),
      ),
  );
  const loading = thread.pages.load();
  thread.handleMessage(added(comment('d')));
  thread.handleMessage(removed('b'));
  release();
  await loading;
  expect(shown(thread)).toEqual(['c d', '', '']);
});

it('keeps its comments when a reload fails', async () => {
  const { thread, comments } = server('a');
  await thread.pages.load();
  comments.mockRejectedValueOnce(new NetworkError(null));
  await thread.pages.load();
  expect([ids(thread.pages.loaded), thread.pages.status, thread.pages.error]).toEqual([
    'a',
    'failed',
    t.errors.network,
  ]);
});
