import type { Api } from '../api/albumen';
import { messageOf } from '../api/errors';
import type { LiveMessage, Notification, NotificationPage } from '../api/types';
import { t } from '../texts';
import { announce } from '../ui/announce.svelte';
import { InboxPoller } from './inbox-poller';

type InboxApi = Pick<Api, 'notifications' | 'readNotifications'>;

/** The age above which the list is loaded again when the page becomes visible. */
const MAX_AGE_MS = 10_000;
/** The maximum number of pages that one read requests until one is not empty. */
const MAX_PAGES_PER_READ = 10;

/** A member's notifications, newest first, as far as they were loaded. */
export class Inbox {
  /** `null` before the first load. */
  items = $state.raw<readonly Notification[] | null>(null);
  loading = $state(false);
  loadingMore = $state(false);
  error = $state<string | null>(null);
  /** The cursor of the next page, or `null` at the end. */
  cursor = $state.raw<string | null>(null);
  /** The read marker before the list was last opened. Later notifications are marked as new. */
  seenUntil = $state.raw<string | null>(null);

  /** The read marker, as the API returned it or as `markRead` set it. */
  #readUntil = $state.raw<string | null>(null);
  readonly unreadCount = $derived(
    this.items?.filter(({ keptAt }) => isAfter(keptAt, this.#readUntil)).length ?? 0,
  );
  /** The unread count, with a plus if pages not loaded yet can contain more. Empty for zero. */
  readonly badge = $derived.by(() => {
    if (this.unreadCount === 0) return '';
    const canBeMore = this.cursor !== null && this.unreadCount === this.items?.length;
    return canBeMore ? `${this.unreadCount}+` : `${this.unreadCount}`;
  });

  #api: InboxApi;
  #userId: string | null;
  #latestLoad = 0;
  #loadedAt = -Infinity;
  #poller = new InboxPoller(() => void this.load());

  /** `userId` is `null` for a visitor. */
  constructor(api: InboxApi, userId: string | null) {
    this.#api = api;
    this.#userId = userId;
  }

  /** Loads the newest notifications. */
  async load(): Promise<void> {
    const load = (this.#latestLoad += 1);
    this.loading = true;
    try {
      const page = await this.#read(null);
      if (load === this.#latestLoad) this.#showNewest(page);
    } catch (error) {
      if (load === this.#latestLoad) this.error = messageOf(error);
    } finally {
      if (load === this.#latestLoad) this.loading = false;
    }
  }

  /** Loads the next page. Discards it if `load` has replaced the list meanwhile. */
  async loadMore(): Promise<void> {
    const { cursor } = this;
    if (cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    try {
      const page = await this.#read(cursor);
      const listWasReplaced = this.cursor !== cursor;
      if (!listWasReplaced) this.#append(page);
    } catch (error) {
      if (this.cursor === cursor) this.error = messageOf(error);
    } finally {
      this.loadingMore = false;
    }
  }

  /** Loads the newest notifications, and then moves the read marker of the API past them. */
  async open(): Promise<void> {
    // Before the first load, `#showNewest` sets `seenUntil`.
    if (this.items) this.seenUntil = this.#readUntil;
    await this.load();
    await this.markRead();
  }

  async markRead(): Promise<void> {
    const newest = newestTime(this.items ?? []);
    if (!newest || this.unreadCount === 0) return;
    const previous = this.#readUntil;
    this.#readUntil = newest;
    try {
      await this.#api.readNotifications(newest);
    } catch (error) {
      this.#readUntil = previous;
      this.error = messageOf(error);
    }
  }

  /** Schedules loads if the message can lead to a notification. */
  handleMessage(message: LiveMessage): void {
    if (!canNotify(message, this.#userId)) return;
    // Every member receives a message for each public picture, but only friends are notified.
    const isUnlikely =
      message.type === 'picture.ready' &&
      message.picture.visibility === 'public' &&
      !this.#isKnownFriend(message.ownerId);
    if (isUnlikely) this.#poller.loadEventually();
    else this.#poller.waitFor(message.id);
  }

  refreshIfStale(): void {
    if (Date.now() - this.#loadedAt > MAX_AGE_MS && !this.loading) void this.load();
  }

  /** Stops the timers, discards pending replies and removes all data. */
  dispose(): void {
    this.#latestLoad += 1;
    this.#poller.dispose();
    this.items = null;
    this.loading = false;
    this.loadingMore = false;
    this.error = null;
    this.cursor = null;
    this.seenUntil = null;
    this.#readUntil = null;
    this.#loadedAt = -Infinity;
  }

  /** Reads a page and skips empty ones. The API omits notifications that no longer apply. */
  async #read(cursor: string | null): Promise<NotificationPage> {
    let page = await this.#api.notifications(cursor);
    let pages = 1;
    while (page.items.length === 0 && page.cursor !== null && pages < MAX_PAGES_PER_READ) {
      page = await this.#api.notifications(page.cursor);
      pages += 1;
    }
    return page;
  }

  #showNewest({ items, cursor, readUntil }: NotificationPage): void {
    const isFirstLoad = this.items === null;
    this.#announceNew(items);
    this.#mergeNewest(items, cursor);
    this.#poller.markFound(items);
    // A reply can be older than the latest `markRead`.
    if (this.#readUntil === null || isAfter(readUntil, this.#readUntil))
      this.#readUntil = readUntil;
    if (isFirstLoad) this.seenUntil = this.#readUntil;
    this.#loadedAt = Date.now();
    this.error = null;
  }

  /** Replaces the list. Older items remain if there is no gap between them and the new ones. */
  #mergeNewest(items: readonly Notification[], cursor: string | null): void {
    const previous = this.items ?? [];
    const newIds = new Set(items.map(({ id }) => id));
    const last = items.at(-1);
    const isAdjacent = cursor !== null && last && previous.some(({ id }) => newIds.has(id));
    if (!isAdjacent) {
      this.items = items;
      this.cursor = cursor;
      return;
    }
    const older = previous.filter(({ id, at }) => !newIds.has(id) && !isAfter(at, last.at));
    this.items = [...items, ...older];
    if (older.length === 0) this.cursor = cursor;
  }

  #append({ items, cursor }: NotificationPage): void {
    const knownIds = new Set(this.items?.map(({ id }) => id));
    this.items = [...(this.items ?? []), ...items.filter(({ id }) => !knownIds.has(id))];
    this.cursor = cursor;
    this.error = null;
  }

  #announceNew(items: readonly Notification[]): void {
    if (!this.items) return;
    const newest = newestTime(this.items);
    const count = items.filter(({ keptAt }) => isAfter(keptAt, newest)).length;
    if (count > 0) announce(t.notifications.arrived(count));
  }

  /** Returns `true` if this person caused a loaded notification that only friends can cause. */
  #isKnownFriend(userId: string): boolean {
    return (this.items ?? []).some(
      ({ type, user }) =>
        user.id === userId && (type === 'friend.accepted' || type === 'picture.ready'),
    );
  }
}

/**
 * Returns the latest `keptAt`, the time at which the API stored a notification. Any item can have
 * it, because the list is sorted by `at`, the time of the event.
 */
function newestTime(items: readonly Notification[]): string | null {
  return items.reduce<string | null>(
    (newest, { keptAt }) => (isAfter(keptAt, newest) ? keptAt : newest),
    null,
  );
}

/** Returns `true` if `time` is later than `reference`. `null` is earlier than all times. */
function isAfter(time: string | null, reference: string | null): boolean {
  if (time === null) return false;
  return reference === null || Date.parse(time) > Date.parse(reference);
}

/** Returns `true` if the message can lead to a notification for the member `userId`. */
export function canNotify(message: LiveMessage, userId: string | null): boolean {
  switch (message.type) {
    case 'picture.ready':
      return message.ownerId !== userId;
    case 'friend.requested':
      return message.state === 'invited';
    case 'friend.accepted':
    case 'album.memberAdded':
    case 'album.picturesAdded':
    case 'album.picturesWaiting':
      return true;
    case 'comment.added':
      return message.ownerId === userId && message.comment.author.id !== userId;
    default:
      return false;
  }
}
