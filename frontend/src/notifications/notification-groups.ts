import type { Notification } from '../api/types';
import { nameAndHandleOf } from '../picture/describe';
import { personHref, pictureHref, viewHref } from '../routes';
import { t } from '../texts';

/**
 * The maximum time between two notifications of one group. Other notifications can lie between
 * them: the times of a stream record have a resolution of one second on AWS, so the order within a
 * second is arbitrary.
 */
const MAX_GAP_MS = 3_600_000;

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

/** Returns `true` for the same type, actor and, for comments, the same picture. */
function isSameAction(a: Notification, b: Notification): boolean {
  return (
    a.type === b.type &&
    a.user.id === b.user.id &&
    (a.type !== 'comment.added' || a.pictureId === b.pictureId)
  );
}

function textOf(group: readonly Notification[]): string {
  const { type, user } = group[0]!;
  const name = user.handle ? nameAndHandleOf(user) : t.people.unknown;
  return t.notifications.entry[type](name, group.length);
}

function hrefOf(group: readonly Notification[]): string {
  const { type, user, ownerId, pictureId } = group[0]!;
  if (type === 'friend.requested') return viewHref('friends');
  if (type === 'comment.added' && ownerId && pictureId) return pictureHref(ownerId, pictureId);
  if (type === 'picture.ready' && pictureId && group.length === 1)
    return pictureHref(user.id, pictureId);
  return personHref(user.id);
}
