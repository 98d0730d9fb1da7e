import { expect, it } from 'vitest';
import { News } from './news';

const friend = (id: string, at: string, state: string | null, type = 'friend.accepted') => ({
  type,
  id,
  at,
  state,
  user: { id: 'anna' },
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

it('tells everything once', () => {
  const news = new News();
  expect(news.take(friend('1', at(1), 'friends'))).toMatchObject({ id: '1' });
  expect(news.take(friend('1', at(1), 'friends'))).toBeNull();
  expect(news.take(friend('1', at(9), 'friends'))).toBeNull();
});

it('drops what was overtaken, of the same thing only', () => {
  const news = new News();
  expect(news.take(friend('2', at(2), null, 'friend.removed'))).not.toBeNull();
  expect(news.take(friend('1', at(1), 'friends'))).toBeNull();
  expect(news.take({ ...friend('3', at(1), 'friends'), user: { id: 'julia' } })).not.toBeNull();
  expect(news.take(friend('4', at(2), 'invited', 'friend.requested'))).not.toBeNull(); // of the same moment
});

it('knows a comment that comes after its removal', () => {
  const news = new News();
  expect(
    news.take({
      type: 'comment.removed',
      id: '2',
      at: at(2),
      ownerId: 'o',
      pictureId: 'p',
      commentId: 'c',
    }),
  ).not.toBeNull();
  expect(
    news.take({
      type: 'comment.added',
      id: '1',
      at: at(1),
      ownerId: 'o',
      pictureId: 'p',
      comment: { id: 'c' },
    }),
  ).toBeNull();
  expect(
    news.take({
      type: 'picture.ready',
      id: '3',
      at: at(0),
      ownerId: 'o',
      pictureId: 'p',
      picture: {},
    }),
  ).not.toBeNull();
});

it('compares moments, not spellings', () => {
  const news = new News();
  news.take(friend('1', '2026-01-01T12:00:00.5Z', 'friends'));
  expect(news.take(friend('2', '2026-01-01T12:00:00Z', null))).toBeNull();
  expect(news.take(friend('3', '2026-01-01T12:00:01Z', null))).not.toBeNull();
});

it('lets pass by what it does not know, and what is broken', () => {
  const news = new News();
  const strange = [
    null,
    7,
    'text',
    [],
    {},
    { type: 'pong' },
    { type: 'error', code: 404, notes: 'no' },
    { type: 'comment.added', id: '1', at: at(1) },
  ];
  expect(strange.map((message) => news.take(message))).toEqual(strange.map(() => null));
  expect(news.take({ ...friend('1', at(1), 'friends'), type: 'friend.promoted' })).toBeNull();
});

it('forgets the oldest, so that a page that stays open does not grow', () => {
  const news = new News();
  for (let i = 0; i < 600; i += 1)
    news.take({ ...friend(`${i}`, at(1), 'friends'), user: { id: `${i}` } });
  expect(news.take({ ...friend('599', at(1), 'friends'), user: { id: '599' } })).toBeNull();
  expect(news.take({ ...friend('0', at(1), 'friends'), user: { id: '0' } })).not.toBeNull();
});
