import type { Notification } from '../api/types';
import { nameOf } from '../picture/describe';
import { personHref, pictureHref, viewHref } from '../routes.svelte';
import { t } from '../texts';

/**
 * Milliseconds between two notifications of one entry. Other notifications may lie between them: the times of a stream record have
 * a resolution of one second on AWS, so the order within a second is arbitrary.
 */
const MAX_GAP = 3_600_000;

/** One entry of the notification list: the same action of one person, once or several times. */
export interface Entry {
  /** The newest one's. */
  id: string;
  at: string;
  said: string;
  href: string;
  unread: boolean;
}

/** What is told, in words, the newest first. `seenUntil`: up to when it had been looked at before; null: never. */
export function entriesOf(
  items: readonly Notification[],
  seenUntil: string | null,
): readonly Entry[] {
  const unread = ({ keptAt }: Notification) =>
    seenUntil === null || Date.parse(keptAt) > Date.parse(seenUntil);
  const groups: Notification[][] = [];
  for (const item of items) {
    const group = groups.find(([first, ...others]) => {
      const last = others.at(-1) ?? first!;
      return (
        alike(last, item) &&
        unread(last) === unread(item) &&
        Date.parse(last.at) - Date.parse(item.at) <= MAX_GAP
      );
    });
    if (group) group.push(item);
    else groups.push([item]);
  }
  return groups.map((group) => ({
    id: group[0]!.id,
    at: group[0]!.at,
    said: said(group),
    href: hrefOf(group),
    unread: unread(group[0]!),
  }));
}

/** Pictures of one person belong together, and their comments on one picture. */
function alike(a: Notification, b: Notification): boolean {
  return (
    a.type === b.type &&
    a.user.id === b.user.id &&
    (a.type !== 'comment.added' || a.pictureId === b.pictureId)
  );
}

function said([first, ...others]: readonly Notification[]): string {
  const name = first!.user.handle ? nameOf(first!.user) : t.people.unknown;
  return t.notifications.entry[first!.type](name, 1 + others.length);
}

function hrefOf([first, ...others]: readonly Notification[]): string {
  const { type, user, ownerId, pictureId } = first!;
  if (type === 'friend.requested') return viewHref('friends');
  if (type === 'comment.added' && ownerId && pictureId) return pictureHref(ownerId, pictureId);
  if (type === 'picture.ready' && pictureId && others.length === 0)
    return pictureHref(user.id, pictureId);
  return personHref(user.id);
}
