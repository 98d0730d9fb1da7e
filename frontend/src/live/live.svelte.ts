import type { Credentials } from '../api/client';
import type { LiveMessage } from '../api/types';
import type { Config } from '../config';
import type { Socket } from './socket';

type Listener = (message: LiveMessage) => void;

/** Ids of what was told last: enough to know a repetition. */
const REMEMBERED = 500;

/** What is told while the page is open, once each and in the order in which it is so. */
export class Live {
  /** Whether what happens is told at this moment. */
  connected = $state(false);

  #config: Config;
  #credentials: () => Promise<Credentials | null>;
  #socket: Socket | null = null;
  #listeners = new Set<Listener>();
  #onGap = new Set<() => void>();
  #seen = new Set<string>();
  /** When what was told last about one thing was so. */
  #latest = new Map<string, string>();
  #wanted = 0;

  constructor(config: Config, credentials: () => Promise<Credentials | null>) {
    this.#config = config;
    this.#credentials = credentials;
  }

  /** Opens the connection; a page without it works, but tells nothing by itself. */
  async start(): Promise<void> {
    const mine = (this.#wanted += 1);
    const { openSocket } = await import('./socket');
    if (mine !== this.#wanted || this.#socket) return;
    this.#socket = openSocket(this.#config, {
      credentials: this.#credentials,
      onOpen: (again) => {
        this.connected = true;
        if (again) for (const listener of this.#onGap) listener();
      },
      onDown: () => (this.connected = false),
      onMessage: (message) => this.receive(message as LiveMessage),
    });
  }

  stop(): void {
    this.#wanted += 1;
    this.#socket?.close();
    this.#socket = null;
    this.connected = false;
    this.#seen.clear();
    this.#latest.clear();
  }

  /** Calls `listener` with each message; gives back what ends that. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls `listener` when the connection is back after it was lost: what was shown may be out of date. */
  onGap(listener: () => void): () => void {
    this.#onGap.add(listener);
    return () => void this.#onGap.delete(listener);
  }

  /** Takes one message in: a repetition, or what is older than what is known of the same thing, is dropped. */
  receive(message: LiveMessage): void {
    if (typeof message?.type !== 'string' || !('id' in message) || !this.#isNews(message)) return;
    for (const listener of this.#listeners) listener(message);
  }

  #isNews(message: LiveMessage): boolean {
    if (this.#seen.has(message.id)) return false;
    remember(this.#seen, message.id);
    const subject = subjectOf(message);
    const latest = this.#latest.get(subject);
    if (latest !== undefined && Date.parse(latest) > Date.parse(message.at)) return false;
    this.#latest.delete(subject);
    this.#latest.set(subject, message.at);
    if (this.#latest.size > REMEMBERED) this.#latest.delete(this.#latest.keys().next().value!);
    return true;
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size > REMEMBERED) ids.delete(ids.values().next().value!);
}

/** What a message is about. */
function subjectOf(message: LiveMessage): string {
  switch (message.type) {
    case 'comment.added':
      return `comment/${message.comment.id}`;
    case 'comment.removed':
      return `comment/${message.commentId}`;
    case 'friend.requested':
    case 'friend.accepted':
    case 'friend.removed':
      return `friend/${message.user.id}`;
    default:
      return `picture/${message.pictureId}`;
  }
}
