import type { Notification } from '../api/types';
import { nameAndHandleOf } from '../picture/describe';
import { albumHref, personHref, pictureHref, viewHref } from '../routes';
import { t } from '../texts';

/**
 * The maximum time between two notifications of one group. Other notifications can lie between
 * them: the times of a stream record have a resolution of one second on AWS, so the order within a
 * second is arbitrary.
 */
const MAX_GAP_MS = 3_600_000;
/** The maximum number of guests that an entry names. */
const MAX_GUESTS = 3;

/** Similar notifications, shown as one entry of the list. */
export interface NotificationGroup {
  /** The id of the newest notification. */
  id: string;
  /** The time of the newest notification. */
  at: string;
  text: string;
  href: string;
  isNew: boolean;
}

/** Groups notifications, newest first. The ones kept after `seenUntil` are new. */
export function groupNotifications(
  notifications: readonly Notification[],
  seenUntil: string | null,
): readonly NotificationGroup[] {
  const isNew = ({ keptAt }: Notification) =>
    seenUntil === null || Date.parse(keptAt) > Date.parse(seenUntil);
  const belongTogether = (newer: Notification, older: Notification) =>
    isSameAction(newer, older) &&
    isNew(newer) === isNew(older) &&
    Date.parse(newer.at) - Date.parse(older.at) <= MAX_GAP_MS;
  const groups: Notification[][] = [];
  for (const notification of notifications) {
    const group = groups.find((group) => belongTogether(group.at(-1)!, notification));
    if (group) group.push(notification);
    else groups.push([notification]);
  }
  return groups.map((group) => toEntry(group, isNew(group[0]!)));
}

function toEntry(group: readonly Notification[], isNew: boolean): NotificationGroup {
  const { id, at } = group[0]!;
  return { id, at, text: textOf(group), href: hrefOf(group), isNew };
}

/** Returns `true` for the same type, actor, album and, for comments, the same picture. */
function isSameAction(a: Notification, b: Notification): boolean {
  return (
    a.type === b.type &&
    a.user.id === b.user.id &&
    a.album?.id === b.album?.id &&
    (a.type !== 'comment.added' || a.pictureId === b.pictureId)
  );
}

function textOf(group: readonly Notification[]): string {
  const { type, user, album } = group[0]!;
  if (album) return t.notifications.entry[type](actorsOf(group), countPictures(group), album.title);
  const name = user.handle ? nameAndHandleOf(user) : t.people.unknown;
  return t.notifications.entry[type](name, group.length, '');
}

/** Returns the names of the guests who sent the pictures, or else of the member. */
function actorsOf(group: readonly Notification[]): string {
  const guests = new Set(group.flatMap(({ album }) => album?.guests ?? []));
  if (guests.size > 0) return t.notifications.guests([...guests].slice(0, MAX_GUESTS));
  const { user } = group[0]!;
  return user.handle ? nameAndHandleOf(user) : t.people.unknown;
}

const countPictures = (group: readonly Notification[]) =>
  group.reduce((count, { album }) => count + (album?.count ?? 0), 0);

function hrefOf(group: readonly Notification[]): string {
  const { type, user, ownerId, pictureId, album } = group[0]!;
  if (album) return albumHref(album.id);
  if (type === 'friend.requested') return viewHref('friends');
  if (type === 'comment.added' && ownerId && pictureId) return pictureHref(ownerId, pictureId);
  if (type === 'picture.ready' && pictureId && group.length === 1)
    return pictureHref(user.id, pictureId);
  return personHref(user.id);
}
