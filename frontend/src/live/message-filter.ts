import type { LiveMessage } from '../api/types';

/** The maximum number of message ids, and of objects, in memory. */
const MAX_REMEMBERED = 500;

/** Drops repeated live messages, and messages older than the latest one about the same object. */
export class MessageFilter {
  #seenIds = new Set<string>();
  /** The time of the latest message about each object. */
  #latestTimes = new Map<string, number>();

  /** Returns the data as a message, or `null` to drop it. */
  accept(data: unknown): LiveMessage | null {
    const object = objectOf(data);
    if (!object) return null;
    const { id, at } = data as LiveMessage;
    if (this.#seenIds.has(id)) return null;
    this.#seenIds.add(id);
    removeOldest(this.#seenIds);
    const time = Date.parse(at);
    if (time < (this.#latestTimes.get(object) ?? -Infinity)) return null;
    this.#latestTimes.delete(object); // Moves the object to the end of the map.
    this.#latestTimes.set(object, time);
    removeOldest(this.#latestTimes);
    return data as LiveMessage;
  }
}

function removeOldest(entries: Set<string> | Map<string, number>): void {
  if (entries.size > MAX_REMEMBERED) entries.delete(entries.keys().next().value!);
}

/**
 * Returns a key of the object that a message is about. Returns `null` for other data, such as
 * `pong`, `error` and the types of later versions.
 */
function objectOf(data: unknown): string | null {
  const { type, id, at, ...fields } = (data ?? {}) as Partial<Record<string, string>> & {
    comment?: { id: string };
    user?: { id: string };
    album?: { id: string };
  };
  if (typeof id !== 'string' || typeof at !== 'string') return null;
  switch (type) {
    case 'comment.added':
      return keyOf('comment', fields.comment?.id);
    case 'comment.removed':
      return keyOf('comment', fields.commentId);
    case 'friend.requested':
    case 'friend.accepted':
    case 'friend.removed':
      return keyOf('friend', fields.user?.id);
    case 'album.changed':
      return keyOf('album', fields.albumId);
    case 'album.memberAdded':
    case 'album.picturesAdded':
    case 'album.picturesWaiting':
      return keyOf(type, fields.album?.id);
    case 'picture.ready':
    case 'picture.changed':
    case 'picture.removed':
      return keyOf('picture', fields.pictureId);
    default:
      return null;
  }
}

const keyOf = (kind: string, id: string | undefined) => (id ? `${kind}/${id}` : null);
