import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { LiveMessage, Notification, NotificationPage } from '../api/types';
import { t } from '../texts';
import { announcer } from '../ui/announce.svelte';
import { canNotify, Inbox } from './inbox.svelte';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const item = (second: number): Notification => ({
  id: `${second}`,
  type: 'picture.ready',
  at: at(second),
  keptAt: at(second),
  user: { id: 'anna', handle: null, firstName: null, lastName: null },
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

/** Replaces the API by a list with three notifications on a page, newest first. */
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
    inbox: new Inbox({ notifications, readNotifications }, 'me'),
  };
}

it('counts unread notifications, with a plus if there can be more', async () => {
  const { inbox, state } = server(1, 2);
  expect([inbox.badge, inbox.items]).toEqual(['', null]);
  await inbox.load();
  expect(inbox.badge).toBe('2');
  state.items.push(item(3), item(4));
  await inbox.load();
  expect([inbox.badge, announcer.text]).toEqual(['4', t.notifications.arrived(2)]);
  state.items.push(...[5, 6, 7, 8].map(item));
  await inbox.load(); // The new page does not reach the previous items.
  expect(inbox.badge).toBe('3+');
  state.readUntil = at(7);
  await inbox.load();
  expect(inbox.badge).toBe('1');
});

it('marks notifications after the read marker as new if it opens before it has loaded', async () => {
  const { inbox, state } = server(1, 2);
  state.readUntil = at(1);
  await inbox.open();
  expect([inbox.seenUntil, inbox.badge, state.readUntil]).toEqual([at(1), '', at(2)]);
});

it('loads regularly during a stream of messages, and rarely for public pictures of strangers', async () => {
  const { inbox, notifications } = server(1);
  await inbox.load();
  const ready = (visibility: string, ownerId = 'stranger') =>
    ({
      type: 'picture.ready',
      id: `${Math.random()}`,
      at: at(0),
      ownerId,
      pictureId: 'p',
      picture: { visibility },
    }) as LiveMessage;
  for (let second = 0; second < 40; second += 0.5) {
    inbox.handleMessage(ready('public'));
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(notifications).toHaveBeenCalledTimes(1 + 4);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(notifications).toHaveBeenCalledTimes(1 + 5); // The last messages lead to a load, too.
  for (const message of [ready('friends'), ready('public', 'anna')]) {
    const before = notifications.mock.calls.length;
    inbox.handleMessage(message);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(notifications).toHaveBeenCalledTimes(before + 3);
  }
  const before = notifications.mock.calls.length;
  for (let n = 0; n < 10; n += 1) {
    inbox.handleMessage(request('invited', `never ${n}`));
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(notifications.mock.calls.length - before).toBeGreaterThanOrEqual(3);
});

it('keeps older pages when it loads the newest one', async () => {
  const { inbox, state, notifications } = server(1, 2, 3, 4, 5, 6, 7);
  const ids = () => inbox.items?.map(({ id }) => id).join('');
  await inbox.load();
  await inbox.loadMore();
  expect(ids()).toBe('765432');
  state.items.push(item(8));
  await inbox.load();
  expect(ids()).toBe('8765432');
  const reply = await notifications(inbox.cursor);
  let release = () => {};
  notifications.mockImplementationOnce(
    () => new Promise((resolve) => (release = () => resolve(reply))),
  );
  const more = inbox.loadMore();
  state.items.push(item(9));
  await inbox.load();
  release();
  await more;
  expect([ids(), inbox.cursor, inbox.loadingMore]).toEqual(['987654321', null, false]);
});

it('marks all as read on opening, and shows them as new until the next opening', async () => {
  const { inbox, state } = server(1, 2);
  await inbox.open();
  expect([inbox.badge, state.readUntil, inbox.seenUntil]).toEqual(['', at(2), null]);
  state.items.push(item(3));
  await inbox.open();
  expect([inbox.badge, state.readUntil, inbox.seenUntil]).toEqual(['', at(3), at(2)]);
  await inbox.open();
  expect(inbox.seenUntil).toBe(at(3));
});

it('sends no read marker if nothing is unread', async () => {
  const { inbox, readNotifications } = server();
  await inbox.open();
  expect([inbox.items, readNotifications.mock.calls.length]).toEqual([[], 0]);
});

it('restores the unread count if the read marker could not be saved', async () => {
  const { inbox, readNotifications } = server(1);
  readNotifications.mockRejectedValueOnce(new NetworkError(null));
  await inbox.open();
  expect([inbox.badge, inbox.error]).toEqual(['1', t.errors.network]);
  await inbox.open();
  expect([inbox.badge, inbox.error]).toEqual(['', null]);
});

it('applies the read marker of another device, but never an older one', async () => {
  const { inbox, state, notifications } = server(1, 2);
  await inbox.load();
  state.readUntil = at(1);
  await inbox.load();
  expect(inbox.badge).toBe('1');
  await inbox.open();
  notifications.mockResolvedValueOnce({
    items: [item(2), item(1)],
    cursor: null,
    readUntil: at(1),
  });
  await inbox.load();
  expect(inbox.badge).toBe('');
});

it('loads more pages without duplicates', async () => {
  const { inbox, notifications } = server(1, 2, 3, 4, 5);
  await inbox.load();
  await inbox.loadMore();
  expect(inbox.items?.map(({ id }) => id)).toEqual(['5', '4', '3', '2', '1']);
  await inbox.loadMore();
  expect(notifications).toHaveBeenCalledTimes(2);
});

it('counts a notification that arrives late as unread', async () => {
  const { inbox, state } = server(5);
  await inbox.open();
  state.items.push({ ...item(2), keptAt: at(8) });
  await inbox.load();
  expect([inbox.badge, announcer.text]).toEqual(['1', t.notifications.arrived(1)]);
  await inbox.open();
  expect([inbox.badge, state.readUntil, inbox.seenUntil]).toEqual(['', at(8), at(5)]);
});

it('skips a limited number of empty pages', async () => {
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
  expect([inbox.items, inbox.cursor, notifications.mock.calls.length]).toEqual([[], '9', 10]);
});

it('polls until all notifications have arrived, for a limited time', async () => {
  const { inbox, state, notifications } = server(1);
  await inbox.load();
  inbox.handleMessage(request('invited', '2'));
  await vi.advanceTimersByTimeAsync(500);
  inbox.handleMessage(request('invited', '3'));
  state.items.push(item(2));
  await vi.advanceTimersByTimeAsync(1_500);
  expect([notifications.mock.calls.length, inbox.badge]).toEqual([2, '2']);
  state.items.push(item(3));
  await vi.advanceTimersByTimeAsync(20_000);
  expect([notifications.mock.calls.length, inbox.badge]).toEqual([3, '3+']);
  inbox.handleMessage(request('invited', 'never'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(notifications).toHaveBeenCalledTimes(6);
});

it('keeps its items when a load fails, and removes all on dispose', async () => {
  const { inbox, notifications } = server(1);
  await inbox.load();
  notifications.mockRejectedValueOnce(new NetworkError(null));
  await inbox.load();
  expect([inbox.badge, inbox.error]).toEqual(['1', t.errors.network]);
  inbox.handleMessage(request('invited'));
  inbox.dispose();
  await vi.advanceTimersByTimeAsync(20_000);
  expect([inbox.items, inbox.badge, inbox.error, notifications.mock.calls.length]).toEqual([
    null,
    '',
    null,
    2,
  ]);
});

it('ignores a reply that arrives after dispose', async () => {
  const { inbox, notifications } = server(1);
  let reply = (_: NotificationPage) => {};
  notifications.mockImplementationOnce(() => new Promise((resolve) => (reply = resolve)));
  const loading = inbox.load();
  inbox.dispose();
  reply({ items: [item(1)], cursor: null, readUntil: null });
  await loading;
  expect(inbox.items).toBeNull();
});

it('recognises messages that can lead to a notification', () => {
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
      canNotify(message, 'me'),
    ),
  ).toEqual([true, true, true]);
  expect(
    [comment('me', 'me'), comment('anna', 'julia'), ready('me'), request('requested')].map(
      (message) => canNotify(message, 'me'),
    ),
  ).toEqual(Array(4).fill(false));
});
