import type { LiveMessage } from '../api/types';

/** How many ids, and how many things, are remembered. */
const REMEMBERED = 500;

/** Tells what is new from what was told before, or is older than what is known of the same thing. */
export class News {
  #seen = new Set<string>();
  /** When what was told last about one thing was so. */
  #latest = new Map<string, number>();

  /** The message, if it is one and is news. */
  take(message: unknown): LiveMessage | null {
    const subject = subjectOf(message);
    if (!subject) return null;
    const { id, at } = message as LiveMessage;
    if (this.#seen.has(id)) return null;
    this.#seen.add(id);
    forgetFirst(this.#seen);
    const time = Date.parse(at);
    if (time < (this.#latest.get(subject) ?? -Infinity)) return null;
    this.#latest.delete(subject); // so that it stands last
    this.#latest.set(subject, time);
    forgetFirst(this.#latest);
    return message as LiveMessage;
  }
}

function forgetFirst(known: Set<string> | Map<string, number>): void {
  if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
}

/** What a message is about; null: nothing that this page knows (`pong`, `error`, what comes with a later version). */
function subjectOf(message: unknown): string | null {
  const { type, id, at, ...about } = (message ?? {}) as Partial<Record<string, string>> & {
    comment?: { id: string };
    user?: { id: string };
  };
  if (typeof id !== 'string' || typeof at !== 'string') return null;
  switch (type) {
    case 'comment.added':
      return name('comment', about.comment?.id);
    case 'comment.removed':
      return name('comment', about.commentId);
    case 'friend.requested':
    case 'friend.accepted':
    case 'friend.removed':
      return name('friend', about.user?.id);
    case 'picture.ready':
    case 'picture.changed':
    case 'picture.removed':
      return name('picture', about.pictureId);
    default:
      return null;
  }
}

const name = (kind: string, id: string | undefined) => (id ? `${kind}/${id}` : null);
