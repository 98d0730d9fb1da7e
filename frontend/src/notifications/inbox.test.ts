import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { LiveMessage, Notification, NotificationPage } from '../api/types';
import { t } from '../texts';
import { announcer } from '../ui/announce.svelte';
import { concerns, Inbox } from './inbox.svelte';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const item = (second: number): Notification => ({
  id: `${second}`,
  type: 'picture.ready',
  at: at(second),
  keptAt: at(second),
  user: { id: 'anna' },
  ownerId: 'anna',
  pictureId: `${second}`,
});
const request = (state: 'invited' | 'requested', id = 'm'): LiveMessage => ({
  type: 'friend.requested',
  id,
  at: at(0),
  user: { id: 'anna', handle: 'a', firstName: 'A', lastName: 'A' },
  state,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The API as documented: newest first, three on a page. */
function server(...seconds: number[]) {
  const state = { items: seconds.map(item), readUntil: null as string | null };
  const notifications = vi.fn(async (cursor: string | null): Promise<NotificationPage> => {
    const rest = state.items
      .filter(({ id }) => cursor === null || Number(id) < Number(cursor))
      .sort((a, b) => Number(b.id) - Number(a.id));
    const items = rest.slice(0, 3);
    return { items, cursor: items.length === 3 ? items[2]!.id : null, readUntil: state.readUntil };
  });
  const readNotifications = vi.fn(async (until: string) => ({
    readUntil: (state.readUntil = until),
  }));
  return {
    state,
    notifications,
    readNotifications,
    inbox: new Inbox({ notifications, readNotifications }),
  };
}

it('counts what is unread, and says when there may be more', async () => {
  const { inbox, state } = server(1, 2);
  expect([inbox.badge, inbox.items]).toEqual(['', null]);
  await inbox.load();
  expect(inbox.badge).toBe('2');
  state.items.push(item(3), item(4));
  await inbox.load();
  expect([inbox.badge, announcer.text]).toEqual(['4', t.notifications.arrived(2)]);
  state.items.push(...[5, 6, 7, 8].map(item));
  await inbox.load(); // between these and the others some were not read
  expect(inbox.badge).toBe('3+');
  state.readUntil = at(7);
  await inbox.load();
  expect(inbox.badge).toBe('1');
});

it('shows as new what came since it was last read, also where it is opened before it is loaded', async () => {
  const { inbox, state } = server(1, 2);
  state.readUntil = at(1);
  await inbox.look();
  expect([inbox.seenUntil, inbox.badge, state.readUntil]).toEqual([at(1), '', at(2)]);
});

it('is looked for under a steady stream, but seldom for what concerns others', async () => {
  const { inbox, notifications } = server(1);
  await inbox.load();
  const shown = (visibility: string, ownerId = 'stranger') =>
    ({
      type: 'picture.ready',
      id: `${Math.random()}`,
      at: at(0),
      ownerId,
      pictureId: 'p',
      picture: { visibility },
    }) as LiveMessage;
  for (let second = 0; second < 40; second += 0.5) {
    inbox.told(shown('public'), 'me');
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(notifications).toHaveBeenCalledTimes(1 + 4);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(notifications).toHaveBeenCalledTimes(1 + 5); // the last of them are looked for, too
  for (const message of [shown('friends'), shown('public', 'anna')]) {
    const before = notifications.mock.calls.length;
    inbox.told(message, 'me');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(notifications).toHaveBeenCalledTimes(before + 3);
  }
  const before = notifications.mock.calls.length;
  for (let n = 0; n < 10; n += 1) {
    inbox.told(request('invited', `never ${n}`), 'me');
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(notifications.mock.calls.length - before).toBeGreaterThanOrEqual(3);
});

it('keeps what was read on when the newest are read anew, also meanwhile', async () => {
  const { inbox, state, notifications } = server(1, 2, 3, 4, 5, 6, 7);
  const all = () => inbox.items?.map(({ id }) => id).join('');
  await inbox.load();
  await inbox.more();
  expect(all()).toBe('765432');
  state.items.push(item(8));
  await inbox.load();
  expect(all()).toBe('8765432');
  const reply = await notifications(inbox.cursor);
  let release = () => {};
  notifications.mockImplementationOnce(
    () => new Promise((resolve) => (release = () => resolve(reply))),
  );
  const more = inbox.more();
  state.items.push(item(9));
  await inbox.load();
  release();
  await more;
  expect([all(), inbox.cursor, inbox.readingOn]).toEqual(['987654321', null, false]);
});

it('is read when it is looked at, here and on the server, and shown as new until the next time', async () => {
  const { inbox, state } = server(1, 2);
  await inbox.look();
  expect([inbox.badge, state.readUntil, inbox.seenUntil]).toEqual(['', at(2), null]);
  state.items.push(item(3));
  await inbox.look();
  expect([inbox.badge, state.readUntil, inbox.seenUntil]).toEqual(['', at(3), at(2)]);
  await inbox.look();
  expect(inbox.seenUntil).toBe(at(3));
});

it('writes nothing where nothing is unread', async () => {
  const { inbox, readNotifications } = server();
  await inbox.look();
  expect([inbox.items, readNotifications.mock.calls.length]).toEqual([[], 0]);
});

it('stays unread where that could not be written, and says so', async () => {
  const { inbox, readNotifications } = server(1);
  readNotifications.mockRejectedValueOnce(new NetworkError(null));
  await inbox.look();
  expect([inbox.badge, inbox.error]).toEqual(['1', t.errors.network]);
  await inbox.look();
  expect([inbox.badge, inbox.error]).toEqual(['', null]);
});

it('follows what another device has read, and is not set back by an old reply', async () => {
  const { inbox, state, notifications } = server(1, 2);
  await inbox.load();
  state.readUntil = at(1);
  await inbox.load();
  expect(inbox.badge).toBe('1');
  await inbox.look();
  notifications.mockResolvedValueOnce({
    items: [item(2), item(1)],
    cursor: null,
    readUntil: at(1),
  });
  await inbox.load();
  expect(inbox.badge).toBe('');
});

it('reads on, nothing twice', async () => {
  const { inbox, notifications } = server(1, 2, 3, 4, 5);
  await inbox.load();
  await inbox.more();
  expect(inbox.items?.map(({ id }) => id)).toEqual(['5', '4', '3', '2', '1']);
  await inbox.more();
  expect(notifications).toHaveBeenCalledTimes(2);
});

it('counts as unread what happened long ago and comes late, and reads it', async () => {
  const { inbox, state } = server(5);
  await inbox.look();
  state.items.push({ ...item(2), keptAt: at(8) });
  await inbox.load();
  expect([inbox.badge, announcer.text]).toEqual(['1', t.notifications.arrived(1)]);
  await inbox.look();
  expect([inbox.badge, state.readUntil, inbox.seenUntil]).toEqual(['', at(8), at(5)]);
});

it('reads on by itself where a page is empty, for a while', async () => {
  const { inbox, notifications } = server(1);
  const empty = (cursor: string): NotificationPage => ({ items: [], cursor, readUntil: null });
  notifications.mockResolvedValueOnce(empty('9')).mockResolvedValueOnce(empty('5'));
  await inbox.load();
  expect([inbox.badge, inbox.cursor, notifications.mock.calls]).toEqual([
    '1',
    null,
    [[null], ['9'], ['5']],
  ]);
  notifications.mockClear();
  notifications.mockResolvedValue(empty('9'));
  await inbox.load();
  expect([inbox.items, inbox.cursor, notifications.mock.calls.length]).toEqual([[], '9', 5]);
});

it('reads again once when it is told several times, until all of it is there, but not for ever', async () => {
  const { inbox, state, notifications } = server(1);
  await inbox.load();
  inbox.told(request('invited', '2'), 'me');
  await vi.advanceTimersByTimeAsync(500);
  inbox.told(request('invited', '3'), 'me');
  state.items.push(item(2)); // the other one takes longer
  await vi.advanceTimersByTimeAsync(1_500);
  expect([notifications.mock.calls.length, inbox.badge]).toEqual([2, '2']);
  state.items.push(item(3));
  await vi.advanceTimersByTimeAsync(20_000);
  expect([notifications.mock.calls.length, inbox.badge]).toEqual([3, '3+']);
  inbox.told(request('invited', 'never'), 'me');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(notifications).toHaveBeenCalledTimes(6);
});

it('keeps what it has when it can not read, and forgets all for the next person', async () => {
  const { inbox, notifications } = server(1);
  await inbox.load();
  notifications.mockRejectedValueOnce(new NetworkError(null));
  await inbox.load();
  expect([inbox.badge, inbox.error]).toEqual(['1', t.errors.network]);
  inbox.told(request('invited'), 'me');
  inbox.reset();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([inbox.items, inbox.badge, inbox.error, notifications.mock.calls.length]).toEqual([
    null,
    '',
    null,
    2,
  ]);
});

it('does not show the last person’s reply to the next', async () => {
  const { inbox, notifications } = server(1);
  let reply = (_: NotificationPage) => {};
  notifications.mockImplementationOnce(() => new Promise((resolve) => (reply = resolve)));
  const loading = inbox.load();
  inbox.reset();
  reply({ items: [item(1)], cursor: null, readUntil: null });
  await loading;
  expect(inbox.items).toBeNull();
});

it('knows what concerns me', () => {
  const about = { id: 'm', at: at(0), pictureId: 'p' };
  const comment = (ownerId: string, author: string) =>
    ({
      ...about,
      type: 'comment.added',
      ownerId,
      comment: { author: { id: author } },
    }) as LiveMessage;
  const ready = (ownerId: string) => ({ ...about, type: 'picture.ready', ownerId }) as LiveMessage;
  expect(
    [comment('me', 'anna'), ready('anna'), request('invited')].map((message) =>
      concerns(message, 'me'),
    ),
  ).toEqual([true, true, true]);
  expect(
    [comment('me', 'me'), comment('anna', 'julia'), ready('me'), request('requested')].map(
      (message) => concerns(message, 'me'),
    ),
  ).toEqual(Array(4).fill(false));
});
