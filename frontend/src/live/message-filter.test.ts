import { expect, it } from 'vitest';
import { MessageFilter } from './message-filter';

const friend = (id: string, at: string, state: string | null, type = 'friend.accepted') => ({
  type,
  id,
  at,
  state,
  user: { id: 'anna' },
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

it('accepts each id once', () => {
  const filter = new MessageFilter();
  expect(filter.accept(friend('1', at(1), 'friends'))).toMatchObject({ id: '1' });
  expect(filter.accept(friend('1', at(1), 'friends'))).toBeNull();
  expect(filter.accept(friend('1', at(9), 'friends'))).toBeNull();
});

it('drops messages older than the latest one about the same object', () => {
  const filter = new MessageFilter();
  expect(filter.accept(friend('2', at(2), null, 'friend.removed'))).not.toBeNull();
  expect(filter.accept(friend('1', at(1), 'friends'))).toBeNull();
  expect(filter.accept({ ...friend('3', at(1), 'friends'), user: { id: 'julia' } })).not.toBeNull();
  expect(filter.accept(friend('4', at(2), 'invited', 'friend.requested'))).not.toBeNull();
});

it('drops a comment that arrives after its removal', () => {
  const filter = new MessageFilter();
  expect(
    filter.accept({
      type: 'comment.removed',
      id: '2',
      at: at(2),
      ownerId: 'o',
      pictureId: 'p',
      commentId: 'c',
    }),
  ).not.toBeNull();
  expect(
    filter.accept({
      type: 'comment.added',
      id: '1',
      at: at(1),
      ownerId: 'o',
      pictureId: 'p',
      comment: { id: 'c' },
    }),
  ).toBeNull();
  expect(
    filter.accept({
      type: 'picture.ready',
      id: '3',
      at: at(0),
      ownerId: 'o',
      pictureId: 'p',
      picture: {},
    }),
  ).not.toBeNull();
});

it('compares times, whatever their format', () => {
  const filter = new MessageFilter();
  filter.accept(friend('1', '2026-01-01T12:00:00.5Z', 'friends'));
  expect(filter.accept(friend('2', '2026-01-01T12:00:00Z', null))).toBeNull();
  expect(filter.accept(friend('3', '2026-01-01T12:00:01Z', null))).not.toBeNull();
});

it('drops unknown types and invalid data', () => {
  const filter = new MessageFilter();
  const dropped = [
    null,
    7,
    'text',
    [],
    {},
    { type: 'pong' },
    { type: 'error', code: 404, notes: 'no' },
    { type: 'comment.added', id: '1', at: at(1) },
  ];
  expect(dropped.map((message) => filter.accept(message))).toEqual(dropped.map(() => null));
  expect(filter.accept({ ...friend('1', at(1), 'friends'), type: 'friend.promoted' })).toBeNull();
});

it('forgets the oldest ids and objects', () => {
  const filter = new MessageFilter();
  for (let i = 0; i < 600; i += 1)
    filter.accept({ ...friend(`${i}`, at(1), 'friends'), user: { id: `${i}` } });
  expect(filter.accept({ ...friend('599', at(1), 'friends'), user: { id: '599' } })).toBeNull();
  expect(filter.accept({ ...friend('0', at(1), 'friends'), user: { id: '0' } })).not.toBeNull();
});
