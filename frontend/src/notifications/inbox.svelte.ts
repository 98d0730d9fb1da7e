import type { Api } from '../api/albumen';
import { messageOf } from '../api/errors';
import type { LiveMessage, Notification, NotificationPage } from '../api/types';
import { announce } from '../ui/announce.svelte';
import { t } from '../texts';
import { InboxPoller } from './inbox-poller';

type Source = Pick<Api, 'notifications' | 'readNotifications'>;

/** Milliseconds for which what was read is new enough when the page is looked at again. */
const FRESH = 10_000;
/** Empty pages in a row after which a person decides whether to read on. */
const MOST_EMPTY = 5;

/** What is new, the newest first, as far as it has been read, and how much of it is unread. */
export class Inbox {
  /** Null until it was read for the first time. */
  items = $state.raw<readonly Notification[] | null>(null);
  loading = $state(false);
  /** Whether `more` is on its way. */
  readingOn = $state(false);
  error = $state<string | null>(null);
  /** Where to read on; null at the end. */
  cursor = $state.raw<string | null>(null);
  /** Up to when everything was read when it was looked at last: what is later is shown as new. */
  seenUntil = $state.raw<string | null>(null);

  /** Up to when everything is read, as the server knows it. */
  #readUntil = $state.raw<string | null>(null);
  readonly unread = $derived(
    this.items?.filter(({ keptAt }) => isAfter(keptAt, this.#readUntil)).length ?? 0,
  );
  /** In digits; with a plus where older ones, which were not read, may be unread, too. */
  readonly badge = $derived.by(() => {
    if (this.unread === 0) return '';
    return this.cursor !== null && this.unread === this.items?.length
      ? `${this.unread}+`
      : `${this.unread}`;
  });

  #api: Source;
  #latest = 0;
  #readAt = -Infinity;
  #poller = new InboxPoller(() => void this.load());

  constructor(api: Source) {
    this.#api = api;
  }

  /** Reads the newest. */
  async load(): Promise<void> {
    const mine = (this.#latest += 1);
    this.loading = true;
    try {
      const { items, cursor, readUntil } = await this.#read(null);
      if (mine !== this.#latest) return;
      this.#say(items);
      const first = this.items === null;
      this.#take(items, cursor);
      this.#poller.found(items);
      // A reply that is older than what was marked here since makes nothing unread.
      if (this.#readUntil === null || isAfter(readUntil, this.#readUntil))
        this.#readUntil = readUntil;
      if (first) this.seenUntil = this.#readUntil;
      this.#readAt = Date.now();
      this.error = null;
    } catch (error) {
      if (mine === this.#latest) this.error = messageOf(error);
    } finally {
      if (mine === this.#latest) this.loading = false;
    }
  }

  /** Reads on; that the newest are read anew meanwhile is no reason to stop. */
  async more(): Promise<void> {
    const from = this.cursor;
    if (from === null || this.readingOn) return;
    this.readingOn = true;
    try {
      const { items, cursor } = await this.#read(from);
      if (this.cursor !== from) return; // all of it was replaced
      const known = new Set(this.items?.map(({ id }) => id));
      this.items = [...(this.items ?? []), ...items.filter(({ id }) => !known.has(id))];
      this.cursor = cursor;
      this.error = null;
    } catch (error) {
      if (this.cursor === from) this.error = messageOf(error);
    } finally {
      this.readingOn = false;
    }
  }

  /** A page with something on it, if there is one: pages are empty where all that they would list is over or hidden. */
  async #read(cursor: string | null): Promise<NotificationPage> {
    let page = await this.#api.notifications(cursor);
    for (
      let empty = 1;
      page.items.length === 0 && page.cursor !== null && empty < MOST_EMPTY;
      empty += 1
    ) {
      page = await this.#api.notifications(page.cursor);
    }
    return page;
  }

  /** It is looked at: everything is read from now on, on the other devices, too, and shown as new until it is looked at again. */
  async look(): Promise<void> {
    if (this.items) this.seenUntil = this.#readUntil; // what the server knows comes with the first reply
    await this.load();
    await this.markRead();
  }

  /** Everything that is shown has been read. */
  async markRead(): Promise<void> {
    const newest = latest(this.items ?? []);
    if (!newest || this.unread === 0) return;
    const before = this.#readUntil;
    this.#readUntil = newest;
    try {
      await this.#api.readNotifications(newest);
    } catch (error) {
      this.#readUntil = before; // it stays unread, here as elsewhere
      this.error = messageOf(error);
    }
  }

  /** Something happens that may concern me: `me` is my id. */
  told(message: LiveMessage, me: string): void {
    if (!concerns(message, me)) return;
    if (
      message.type === 'picture.ready' &&
      message.picture.visibility === 'public' &&
      !this.#knows(message.ownerId)
    )
      return this.#poller.lookNowAndThen();
    this.#poller.await(message.id);
  }

  /** The page is looked at again. */
  refresh(): void {
    if (Date.now() - this.#readAt > FRESH && !this.loading) void this.load();
  }

  /** Somebody else's turn. */
  reset(): void {
    this.#latest += 1;
    this.#poller.end();
    this.items = null;
    this.loading = false;
    this.readingOn = false;
    this.error = null;
    this.cursor = null;
    this.seenUntil = null;
    this.#readUntil = null;
    this.#readAt = -Infinity;
  }

  /** Whether I was told of somebody as of a friend. */
  #knows(id: string): boolean {
    return (
      this.items?.some(
        ({ type, user }) =>
          user.id === id && (type === 'friend.accepted' || type === 'picture.ready'),
      ) ?? false
    );
  }

  /** The newest anew; older ones stay if there is no gap before them. */
  #take(items: readonly Notification[], cursor: string | null): void {
    const before = this.items ?? [];
    const fresh = new Set(items.map(({ id }) => id));
    const last = items.at(-1);
    if (cursor !== null && last && before.some(({ id }) => fresh.has(id))) {
      const older = before.filter(({ id, at }) => !fresh.has(id) && !isAfter(at, last.at));
      this.items = [...items, ...older];
      if (older.length === 0) this.cursor = cursor;
    } else {
      this.items = items;
      this.cursor = cursor;
    }
  }

  #say(items: readonly Notification[]): void {
    if (!this.items) return;
    const known = latest(this.items);
    const fresh = items.filter(({ keptAt }) => isAfter(keptAt, known)).length;
    if (fresh > 0) announce(t.notifications.arrived(fresh));
  }
}

/** What came last: the newest on top can have come before something older, which was late. */
function latest(items: readonly Notification[]): string | null {
  return items.reduce<string | null>(
    (newest, { keptAt }) => (isAfter(keptAt, newest) ? keptAt : newest),
    null,
  );
}

function isAfter(time: string | null, other: string | null): boolean {
  if (time === null) return false;
  return other === null || Date.parse(time) > Date.parse(other);
}

/** Whether a message is about something that the list may tell me of. */
export function concerns(message: LiveMessage, me: string): boolean {
  switch (message.type) {
    case 'picture.ready':
      return message.ownerId !== me;
    case 'friend.requested':
      return message.state === 'invited';
    case 'friend.accepted':
      return true;
    case 'comment.added':
      return message.ownerId === me && message.comment.author.id !== me;
    default:
      return false;
  }
}
