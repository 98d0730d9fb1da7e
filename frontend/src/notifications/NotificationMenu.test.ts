// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { LiveMessage, Notification, NotificationPage } from '../api/types';
import { LiveConnection } from '../live/live-connection.svelte';
import { t } from '../texts';
import { Inbox } from './inbox.svelte';
import NotificationMenu from './NotificationMenu.svelte';

const context = vi.hoisted(() => ({ app: {} as unknown }));
vi.mock('../app', () => ({ getApp: () => context.app }));

const words = t.notifications;
const ANNA = { id: 'anna', handle: 'anna', firstName: 'Anna', lastName: 'Atkins' };
const friendRequest = (id: string, minute: number): Notification => {
  const at = new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
  return { id, type: 'friend.requested', at, keptAt: at, user: ANNA };
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function renderMenu(items: Notification[]) {
  const page: NotificationPage = { items, cursor: null, readUntil: null };
  const notifications = vi.fn(async () => page);
  const readNotifications = vi.fn(async (readUntil: string) => ({ readUntil }));
  const inbox = new Inbox({ notifications, readNotifications }, 'julia');
  const live = new LiveConnection({} as never, async () => null);
  context.app = { inbox, live };
  const { container, unmount } = render(NotificationMenu);
  const panel = container.querySelector<HTMLElement>('#notifications')!;
  const toggle = async (newState: 'open' | 'closed') => {
    await fireEvent(panel, Object.assign(new Event('toggle'), { newState }));
    await vi.advanceTimersByTimeAsync(0);
  };
  return { inbox, live, page, notifications, readNotifications, panel, toggle, unmount };
}

const badgeButton = (unread: string) =>
  screen.queryByText(words.button(unread), { selector: 'button span' });

it('loads without a live connection after some seconds, and shows the unread count', async () => {
  const { notifications } = renderMenu([friendRequest('1', 1), friendRequest('2', 0)]);
  await vi.advanceTimersByTimeAsync(2_900);
  expect(notifications).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(badgeButton('2')).toBeTruthy();
});

it('marks all as read on opening, and shows them as new until the next opening', async () => {
  const { readNotifications, panel, toggle } = renderMenu([friendRequest('1', 0)]);
  await toggle('open');
  expect(readNotifications).toHaveBeenCalledOnce();
  expect(badgeButton('')).toBeTruthy();
  const link = within(panel).getByText(words.entry['friend.requested']('Anna Atkins (@anna)'));
  expect(link.closest('a')!.textContent).toContain(words.unread);
  await toggle('closed');
  await toggle('open');
  expect(within(panel).queryByText(`${words.unread}:`)).toBeNull();
});

it('marks a notification as read that arrives while it is open', async () => {
  const { live, page, readNotifications, toggle } = renderMenu([friendRequest('1', 0)]);
  await toggle('open');
  page.items = [friendRequest('2', 5), ...page.items];
  live.receive({
    type: 'friend.requested',
    id: '2',
    at: page.items[0]!.at,
    state: 'invited',
    user: ANNA,
  } satisfies LiveMessage);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(readNotifications).toHaveBeenCalledTimes(2);
  await toggle('closed');
  await tick();
  expect(badgeButton('')).toBeTruthy();
});

it('shows an error with a retry button, and does not mark anything as read', async () => {
  const { notifications, readNotifications, panel, toggle } = renderMenu([friendRequest('1', 0)]);
  notifications.mockRejectedValueOnce(new NetworkError(null));
  await toggle('open');
  expect(within(panel).getByRole('alert', { hidden: true }).textContent).toBe(
    `${words.failed} ${t.errors.network}`,
  );
  expect(readNotifications).not.toHaveBeenCalled();
  await fireEvent.click(within(panel).getByText(t.words.retry));
  await vi.advanceTimersByTimeAsync(0);
  expect(within(panel).queryByText(words.failed, { exact: false })).toBeNull();
  expect(readNotifications).toHaveBeenCalledOnce();
});

it('receives no messages after it is removed', async () => {
  const { live, notifications, unmount } = renderMenu([]);
  unmount();
  live.receive({ type: 'friend.accepted', id: '1', at: '2026-01-01T12:00:00Z', user: ANNA });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(notifications).not.toHaveBeenCalled();
});
