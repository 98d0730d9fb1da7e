import { expect, it, vi } from 'vitest';
import type { Notification } from '../api/types';

// The router needs `window` and `location`.
vi.hoisted(() =>
  Object.assign(globalThis, {
    location: { hash: '' },
    window: { addEventListener: () => undefined },
  }),
);
const { groupNotifications } = await import('./notification-groups');

const ANNA = { id: 'anna', handle: 'anna', firstName: 'Anna', lastName: 'Atkins' };
const JULIA = { id: 'julia', handle: 'julia', firstName: 'Julia', lastName: 'Cameron' };
let serial = 0;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const item = (
  type: Notification['type'],
  user: Notification['user'],
  change: Partial<Notification> = {},
): Notification => ({
  id: `${(serial += 1)}`,
  type,
  at: at(60 - serial),
  keptAt: at(60 - serial),
  user,
  ...change,
});
const picture = (user: typeof ANNA, pictureId: string) =>
  item('picture.ready', user, { ownerId: user.id, pictureId });
const comment = (user: typeof ANNA, pictureId: string) =>
  item('comment.added', user, { ownerId: 'me', pictureId });

const entries = (...items: Notification[]) =>
  groupNotifications(items, null).map(({ text, href }) => `${text} ${href}`);

it('groups the same action of one member, also if others lie between', () => {
  expect(
    entries(picture(ANNA, '3'), picture(ANNA, '2'), picture(JULIA, '9'), picture(ANNA, '1')),
  ).toEqual([
    'Anna Atkins (@anna) added 3 pictures. /people/anna',
    'Julia Cameron (@julia) added a picture. /p/julia/9',
  ]);
});

it('starts another group after an hour without the action', () => {
  const earlier = (minutes: number, pictureId: string) => ({
    ...picture(ANNA, pictureId),
    at: at(-minutes),
  });
  expect(entries(earlier(0, '3'), earlier(60, '2'), earlier(121, '1'))).toEqual([
    'Anna Atkins (@anna) added 2 pictures. /people/anna',
    'Anna Atkins (@anna) added a picture. /p/anna/1',
  ]);
});

it('groups comments on one picture only', () => {
  expect(entries(comment(ANNA, '1'), comment(ANNA, '1'), comment(ANNA, '2'))).toEqual([
    'Anna Atkins (@anna) wrote 2 comments on your picture. /p/me/1',
    'Anna Atkins (@anna) commented on your picture. /p/me/2',
  ]);
});

it('links to the friend requests, or to the person', () => {
  expect(entries(item('friend.requested', ANNA), item('friend.accepted', JULIA))).toEqual([
    'Anna Atkins (@anna) asks to be your friend. /friends',
    'Julia Cameron (@julia) is now your friend. /people/julia',
  ]);
});

it('separates new notifications from seen ones', () => {
  const items = [picture(ANNA, '3'), picture(ANNA, '2'), picture(ANNA, '1')];
  expect(
    groupNotifications(items, items[1]!.keptAt).map(({ isNew, text }) => [isNew, text]),
  ).toEqual([
    [true, 'Anna Atkins (@anna) added a picture.'],
    [false, 'Anna Atkins (@anna) added 2 pictures.'],
  ]);
});

it('names a member without a profile', () => {
  expect(groupNotifications([picture({ id: 'x' } as typeof ANNA, '1')], at(59))[0]?.text).toBe(
    'A person without a profile added a picture.',
  );
});

it('names the album, and the guests who sent pictures by a link', () => {
  const album = (count: number, ...guests: string[]) => ({
    album: { id: 'oslo', title: 'Oslo', count, guests },
  });
  expect(
    entries(
      item('album.picturesAdded', ANNA, album(12)),
      item('album.picturesAdded', ANNA, album(3)),
      item('album.picturesWaiting', JULIA, album(2, 'Bea', 'Cleo')),
      item('album.memberAdded', JULIA, album(0)),
    ),
  ).toEqual([
    'Anna Atkins (@anna) added 15 pictures to “Oslo”. /a/oslo',
    'Guests Bea and Cleo sent 2 pictures to “Oslo”. They wait for your approval. /a/oslo',
    'Julia Cameron (@julia) added you to the album “Oslo”. /a/oslo',
  ]);
});
