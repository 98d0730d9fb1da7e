import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Comment, LiveMessage, Page } from '../api/types';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { CommentThread } from './comment-thread.svelte';
import { charactersLeft } from './count';

const NOW = Date.UTC(2026, 5, 1);
const comment = (id: string, author = 'anna', text = id): Comment => ({
  id,
  author: { id: author },
  text,
  createdAt: new Date(NOW).toISOString(),
});
const added = (it: Comment, picture = 'p'): LiveMessage => ({
  type: 'comment.added',
  id: `a${it.id}`,
  at: '',
  ownerId: 'o',
  pictureId: picture,
  comment: it,
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

/** The API over a list of comments, two on a page. */
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
    const made = comment(`x${(next += 1)}`, 'me', text);
    all.push(made);
    return made;
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
  const mine = new CommentThread({ comments, addComment, prepareDeleteComment }, 'me', {
    owner: 'o',
    id: 'p',
  });
  return { all, comments, addComment, deleteComment, prepareDeleteComment, mine };
}

const ids = (list: readonly Comment[]) => list.map(({ id }) => id).join(' ');
const shown = (mine: CommentThread) => [
  ids(mine.said.read),
  ids(mine.said.recent),
  mine.sending.map(({ text }) => text).join(' '),
];

it('reads page by page, through a last page that is empty', async () => {
  const { mine } = server('a', 'b', 'c', 'd');
  await mine.said.load();
  expect([ids(mine.said.read), mine.said.incomplete]).toEqual(['a b', true]);
  await mine.said.more();
  expect([ids(mine.said.read), mine.said.incomplete]).toEqual(['a b c d', true]);
  await mine.said.more();
  expect([ids(mine.said.read), mine.said.incomplete, mine.said.status]).toEqual([
    'a b c d',
    false,
    'ready',
  ]);
});

it('shows what is new after what is still to be read', async () => {
  const { mine, all } = server('a', 'b', 'c');
  await mine.said.load();
  all.push(comment('d'));
  mine.told(added(comment('d')));
  await mine.send('mine');
  expect(shown(mine)).toEqual(['a b', 'd x1', '']);
  await mine.said.more();
  await mine.said.more();
  await mine.said.more();
  expect(shown(mine)).toEqual(['a b c d x1', '', '']);
});

it('shows my own comment once, whichever comes first, the reply or the message', async () => {
  const { mine, addComment } = server();
  await mine.said.load();
  await mine.send('first');
  expect(mine.told(added(comment('x1', 'me', 'first')))).toBeNull();
  let reply = (_: Comment) => {};
  addComment.mockImplementationOnce(() => new Promise((resolve) => (reply = resolve)));
  const sending = mine.send('second');
  expect(shown(mine)).toEqual(['x1', '', 'second']);
  mine.told(added(comment('x2', 'me', 'second')));
  expect(shown(mine)).toEqual(['x1 x2', '', '']);
  reply(comment('x2', 'me', 'second'));
  await sending;
  expect(shown(mine)).toEqual(['x1 x2', '', '']);
});

it('says who wrote, of this picture only, and once', async () => {
  const { mine } = server();
  await mine.said.load();
  expect(mine.told(added(comment('a'), 'other'))).toBeNull();
  expect(mine.told(added(comment('a')))).toMatchObject({ author: { id: 'anna' } });
  expect(mine.told(added(comment('a')))).toBeNull();
  mine.told(removed('a'));
  mine.told(added(comment('a')));
  expect(shown(mine)).toEqual(['', '', '']);
});

it('keeps what could not be sent, and sends it again or gives it back', async () => {
  const { mine, addComment } = server();
  await mine.said.load();
  addComment
    .mockRejectedValueOnce(new ApiError(403, 'No.'))
    .mockRejectedValueOnce(new ApiError(403, 'No.'));
  await mine.send('one');
  await mine.send('two');
  expect(mine.sending.map(({ problem }) => problem)).toEqual(['No.', 'No.']);
  await mine.sendAgain(0);
  expect(shown(mine)).toEqual(['x1', '', 'two']);
  mine.draft = 'three';
  mine.takeBack(1);
  expect([mine.draft, mine.sending.length, mine.unfinished]).toEqual(['two\nthree', 0, true]);
});

it('does not write twice what was written though its reply was lost', async () => {
  const { mine, all, addComment } = server('a', 'b', 'c');
  await mine.said.load();
  addComment.mockImplementationOnce(async (_, __, text) => {
    all.push(comment('x0', 'me', text));
    throw new NetworkError(null);
  });
  await mine.send('hello');
  expect(mine.sending[0]).toMatchObject({ problem: t.errors.network, unsure: true });
  await mine.sendAgain(0);
  expect(shown(mine)).toEqual(['a b c x0', '', '']);
  expect(addComment).toHaveBeenCalledOnce();
});

it('does not take what was read before for what is there, when reading is overtaken', async () => {
  const { mine, all, addComment, comments } = server('a', 'b', 'c');
  await mine.said.load();
  for (const text of ['hello', 'more']) {
    addComment.mockImplementationOnce(async () => {
      all.push(comment(`x${text}`, 'me', text));
      throw new NetworkError(null);
    });
    await mine.send(text);
  }
  let release = () => {};
  comments.mockImplementationOnce(
    () => new Promise((resolve) => (release = () => resolve({ items: [], cursor: null }))),
  );
  const trying = Promise.all([mine.sendAgain(0), mine.sendAgain(1)]);
  await vi.advanceTimersByTimeAsync(0);
  const reloading = mine.said.load(); // the connection is back
  release();
  await Promise.all([trying, reloading]);
  expect(shown(mine)).toEqual(['a b c xhello xmore', '', '']);
  expect(addComment).toHaveBeenCalledTimes(2);
});

it('writes again what was not, and does not guess while it can not look', async () => {
  const { mine, addComment, comments } = server('a');
  await mine.said.load();
  addComment.mockRejectedValueOnce(new NetworkError(null));
  await mine.send('hello');
  comments.mockRejectedValueOnce(new NetworkError(null));
  await mine.sendAgain(0);
  expect([mine.sending.length, addComment.mock.calls.length]).toEqual([1, 1]);
  await mine.sendAgain(0);
  expect([...shown(mine), addComment.mock.calls.length]).toEqual(['a x1', '', '', 2]);
});

it('deletes when the time to take it back is over', async () => {
  const { mine, deleteComment } = server('a', 'b', 'c');
  await mine.said.load();
  mine.remove('a');
  expect([mine.removing.has('a'), deleteComment.mock.calls.length]).toEqual([true, 0]);
  toasts.items[0]!.undo!();
  expect([mine.removing.size, ids(mine.said.read)]).toEqual([0, 'a b']);
  mine.remove('a');
  await vi.advanceTimersByTimeAsync(20_000);
  expect([mine.removing.size, ids(mine.said.read), deleteComment.mock.calls.length]).toEqual([
    0,
    'b',
    1,
  ]);
});

it('deletes when the page is left meanwhile, with what was signed before', async () => {
  const { mine, deleteComment, prepareDeleteComment } = server('a', 'b');
  await mine.said.load();
  mine.remove('a');
  expect([prepareDeleteComment.mock.calls.length, deleteComment.mock.calls.length]).toEqual([1, 0]);
  toasts.flush();
  expect(deleteComment).toHaveBeenCalledExactlyOnceWith('o', 'p', 'a'); // at once: nothing is waited for
});

it('says that a comment is still there, and is content with one that is gone', async () => {
  const { mine, deleteComment } = server('a', 'b', 'c');
  await mine.said.load();
  deleteComment
    .mockRejectedValueOnce(new NetworkError(null))
    .mockRejectedValueOnce(new ApiError(404, 'Gone.'));
  mine.remove('a');
  await vi.advanceTimersByTimeAsync(9_000);
  expect(toasts.items.map(({ text }) => text)).toEqual([t.comments.removeFailed(t.errors.network)]);
  expect(ids(mine.said.read)).toBe('a b');
  mine.remove('b');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ids(mine.said.read)).toBe('a');
});

it('reads anew what was deleted and added while nobody told it, and what comes meanwhile', async () => {
  const { mine, all, comments } = server('a', 'b', 'c');
  await mine.said.load();
  await mine.said.more();
  all.splice(0, 1);
  let release = () => {};
  comments.mockImplementationOnce(
    () =>
      new Promise(
        (resolve) =>
          (release = () => resolve({ items: [comment('b'), comment('c')], cursor: 'c' })),
      ),
  );
  const loading = mine.said.load();
  mine.told(added(comment('d')));
  mine.told(removed('b'));
  release();
  await loading;
  expect(shown(mine)).toEqual(['c d', '', '']);
});

it('keeps what it has when it can not read, and says so', async () => {
  const { mine, comments } = server('a');
  await mine.said.load();
  comments.mockRejectedValueOnce(new NetworkError(null));
  await mine.said.load();
  expect([ids(mine.said.read), mine.said.status, mine.said.error]).toEqual([
    'a',
    'failed',
    t.errors.network,
  ]);
});

it('counts characters as the API does, and only near the end', () => {
  expect(
    [
      '',
      'x'.repeat(899),
      'x'.repeat(900),
      ' '.repeat(2_000),
      '🐚'.repeat(1_000),
      'x'.repeat(1_001),
    ].map(charactersLeft),
  ).toEqual([null, null, 100, null, 0, -1]);
});
