import type { CredentialSource } from '../api/client';
import type { LiveMessage } from '../api/types';
import type { Config } from '../config';
import { News } from './news';
import type { Socket, SocketEvents } from './socket';

type Listener = (message: LiveMessage) => void;
/** Opens the connection; replaced in tests. */
export type OpenSocket = (config: Config, events: SocketEvents) => Socket;

/** Milliseconds without a connection after which a person is told. */
export const AWAY_AFTER = 30_000;
/** Milliseconds that a first connection may take without anything being read again. */
export const SOON = 5_000;
/** Milliseconds before the code of the connection is asked for again. */
const LOAD_AGAIN = 30_000;

/** What is told while the page is open, once each and in the order in which it is so. */
export class Live {
  /** Whether what happens is told at this moment. */
  connected = $state(false);
  /** For longer than a hiccup nothing has come by itself. */
  away = $state(false);

  #config: Config;
  #credentials: CredentialSource;
  #load: () => Promise<OpenSocket>;
  #socket: Socket | null = null;
  #listeners = new Set<Listener>();
  #onGap = new Set<() => void>();
  #onOpen = new Set<() => void>();
  #news = new News();
  /** Counts what was started and stopped: what was begun for an earlier one comes to nothing. */
  #turn = 0;
  #startedAt = 0;
  #wasOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    config: Config,
    credentials: CredentialSource,
    load: () => Promise<OpenSocket> = async () => (await import('./socket')).openSocket,
  ) {
    this.#config = config;
    this.#credentials = credentials;
    this.#load = load;
  }

  /** Opens the connection and keeps it; a page without it works, but tells nothing by itself. */
  async start(): Promise<void> {
    const mine = (this.#turn += 1);
    this.#startedAt = Date.now();
    this.#wasOpen = false;
    this.#down();
    window.addEventListener('online', this.probe);
    document.addEventListener('visibilitychange', this.#looked);
    while (mine === this.#turn) {
      try {
        const open = await this.#load();
        if (mine === this.#turn) this.#open(open);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, LOAD_AGAIN)); // its code could not be loaded
      }
    }
  }

  stop(): void {
    this.#turn += 1;
    this.#socket?.close();
    this.#socket = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.connected = false;
    this.away = false;
    this.#news = new News();
    window.removeEventListener('online', this.probe);
    document.removeEventListener('visibilitychange', this.#looked);
  }

  /** Asks the connection whether it is still there; tries at once where it is not. */
  probe = (): void => this.#socket?.probe();

  /** Calls `listener` with each message; gives back what ends that. */
  on(listener: Listener): () => void {
    return add(this.#listeners, listener);
  }

  /** Calls `listener` when the connection is back after it was lost, or came late: what was shown may be out of date. */
  onGap(listener: () => void): () => void {
    return add(this.#onGap, listener);
  }

  /** Calls `listener` whenever it is connected, the first time, too: for what is cheap to read again. */
  onOpen(listener: () => void): () => void {
    return add(this.#onOpen, listener);
  }

  /** Takes one message in: a repetition, or what is older than what is known of the same thing, is dropped. */
  receive(message: unknown): void {
    const news = this.#news.take(message);
    if (news) each(this.#listeners, news);
  }

  #open(openSocket: OpenSocket): void {
    this.#socket = openSocket(this.#config, {
      credentials: this.#credentials,
      onOpen: () => this.#up(),
      onDown: () => this.#down(),
      onMessage: (message) => this.receive(message),
    });
  }

  #up(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.connected = true;
    this.away = false;
    const gap = this.#wasOpen || Date.now() - this.#startedAt > SOON;
    this.#wasOpen = true;
    if (gap) each(this.#onGap, undefined);
    each(this.#onOpen, undefined);
  }

  #down(): void {
    this.connected = false;
    this.#timer ??= setTimeout(() => (this.away = true), AWAY_AFTER);
  }

  #looked = (): void => {
    if (document.visibilityState === 'visible') this.probe();
  };
}

function add<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** One that fails does not keep it from the others. */
function each<T>(listeners: Set<(value: T) => void>, value: T): void {
  for (const listener of listeners) {
    try {
      listener(value);
    } catch (error) {
      reportError(error);
    }
  }
}
