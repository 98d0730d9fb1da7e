import type { CredentialSource } from '../api/client';
import type { LiveMessage } from '../api/types';
import type { Config } from '../config';
import { MessageFilter } from './message-filter';
import type { Socket, SocketEvents, Watch } from './socket';

/** Opens a WebSocket. Tests replace it. */
export type OpenSocket = (config: Config, events: SocketEvents) => Socket;

type Unsubscribe = () => void;

/** The time without a connection after which the page reports an interruption. */
export const INTERRUPTED_AFTER_MS = 30_000;
/** The time that the first connection can take before it counts as a gap. */
const FIRST_CONNECTION_MS = 5_000;
/** The pause before the code of the WebSocket is loaded again. */
const LOAD_RETRY_DELAY_MS = 30_000;

/** Receives live messages while the page is open, each once. */
export class LiveConnection {
  connected = $state(false);
  /** Whether the connection has been missing for `INTERRUPTED_AFTER_MS`. */
  interrupted = $state(false);

  #config: Config;
  #credentials: CredentialSource;
  #loadSocket: () => Promise<OpenSocket>;
  #socket: Socket | null = null;
  #watch: Watch = {};
  #messageListeners = new Set<(message: LiveMessage) => void>();
  #gapListeners = new Set<() => void>();
  #connectListeners = new Set<() => void>();
  #filter = new MessageFilter();
  /** Increases with each start and stop, so that an earlier start can detect that it ended. */
  #generation = 0;
  #startedAt = 0;
  #wasConnected = false;
  #interruptionTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    config: Config,
    credentials: CredentialSource,
    loadSocket: () => Promise<OpenSocket> = async () => (await import('./socket')).openSocket,
  ) {
    this.#config = config;
    this.#credentials = credentials;
    this.#loadSocket = loadSocket;
  }

  /** Connects, and reconnects after failures until `stop`. */
  async start(): Promise<void> {
    const generation = (this.#generation += 1);
    this.#startedAt = Date.now();
    this.#wasConnected = false;
    this.#handleDisconnect();
    window.addEventListener('online', this.probe);
    document.addEventListener('visibilitychange', this.#probeIfVisible);
    while (generation === this.#generation) {
      try {
        const openSocket = await this.#loadSocket();
        if (generation === this.#generation) this.#connect(openSocket);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, LOAD_RETRY_DELAY_MS));
      }
    }
  }

  stop(): void {
    this.#generation += 1;
    this.#socket?.close();
    this.#socket = null;
    clearTimeout(this.#interruptionTimer);
    this.#interruptionTimer = undefined;
    this.connected = false;
    this.interrupted = false;
    this.#filter = new MessageFilter();
    window.removeEventListener('online', this.probe);
    document.removeEventListener('visibilitychange', this.#probeIfVisible);
  }

  /** Disconnects and removes all listeners. */
  dispose(): void {
    this.stop();
    this.#messageListeners.clear();
    this.#gapListeners.clear();
    this.#connectListeners.clear();
  }

  /** Receives the changes of what the page shows, besides those of the member and of friends. */
  watch(shown: Watch): void {
    this.#watch = shown;
    this.#socket?.watch(shown);
  }

  /** Verifies that the connection still works, and reconnects at once if it is closed. */
  probe = (): void => this.#socket?.probe();

  /** Adds a listener for messages and returns a function that removes it. */
  onMessage(listener: (message: LiveMessage) => void): Unsubscribe {
    return subscribe(this.#messageListeners, listener);
  }

  /**
   * Adds a listener for connections after which messages can be missing: each one after an
   * interruption, and a late first one. Returns a function that removes the listener.
   */
  onGap(listener: () => void): Unsubscribe {
    return subscribe(this.#gapListeners, listener);
  }

  /** Adds a listener for every connection and returns a function that removes it. */
  onConnect(listener: () => void): Unsubscribe {
    return subscribe(this.#connectListeners, listener);
  }

  /** Passes a message to the listeners, unless it is a repetition, outdated or unknown. */
  receive(data: unknown): void {
    const message = this.#filter.accept(data);
    if (message) notify(this.#messageListeners, message);
  }

  #connect(openSocket: OpenSocket): void {
    this.#socket = openSocket(this.#config, {
      credentials: this.#credentials,
      onOpen: () => this.#handleConnect(),
      onClose: () => this.#handleDisconnect(),
      onMessage: (data) => this.receive(data),
    });
    this.#socket.watch(this.#watch);
  }

  #handleConnect(): void {
    clearTimeout(this.#interruptionTimer);
    this.#interruptionTimer = undefined;
    this.connected = true;
    this.interrupted = false;
    const isGap = this.#wasConnected || Date.now() - this.#startedAt > FIRST_CONNECTION_MS;
    this.#wasConnected = true;
    if (isGap) notify(this.#gapListeners, undefined);
    notify(this.#connectListeners, undefined);
  }

  #handleDisconnect(): void {
    this.connected = false;
    this.#interruptionTimer ??= setTimeout(() => {
      this.interrupted = true;
    }, INTERRUPTED_AFTER_MS);
  }

  #probeIfVisible = (): void => {
    if (document.visibilityState === 'visible') this.probe();
  };
}

function subscribe<T>(listeners: Set<T>, listener: T): Unsubscribe {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Calls all listeners, also if one of them throws. */
function notify<T>(listeners: Set<(value: T) => void>, value: T): void {
  for (const listener of listeners) {
    try {
      listener(value);
    } catch (error) {
      reportError(error);
    }
  }
}
