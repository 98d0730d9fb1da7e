/** The WebSocket. Loaded after sign-in. */
import ReconnectingWebSocket from 'partysocket/ws';
import type { CredentialSource } from '../api/client';
import type { Config } from '../config';
import { presign } from './presign';

/** The content of the page, besides the pictures of its member and of their friends. */
export interface Watch {
  /** Whether the page shows the public pictures. */
  public?: boolean;
  /** The member whose pictures the page shows. */
  ownerId?: string;
  picture?: { ownerId: string; pictureId: string };
}

export interface Socket {
  /** Receives changes of what the page shows, also after a reconnection. */
  watch(shown: Watch): void;
  /** Pings an open connection and replaces it if no reply comes. Reopens a closed one at once. */
  probe(): void;
  close(): void;
}

export interface SocketEvents {
  credentials: CredentialSource;
  onOpen: () => void;
  onClose: () => void;
  /** Receives parsed JSON. */
  onMessage: (data: unknown) => void;
}

/** API Gateway closes a connection after ten idle minutes. */
export const PING_INTERVAL_MS = 4 * 60_000;
/** The time for the reply to a ping, after which the connection counts as broken. */
export const PONG_TIMEOUT_MS = 10_000;
/** The age at which a new connection replaces an open one. The API ends one after 15 minutes. */
export const RENEWAL_AGE_MS = 12 * 60_000;
/** Covers the cold start of a function over a slow network. */
const CONNECTION_TIMEOUT_MS = 20_000;

/**
 * Returns growing delays for all failures, because a browser gets no reason for a refused
 * WebSocket. Jitter spreads the attempts of many pages.
 */
const reconnectionDelays = () => ({
  minReconnectionDelay: 1_000 + Math.random() * 1_000,
  reconnectionDelayGrowFactor: 2,
  maxReconnectionDelay: 120_000,
});

/** Opens a WebSocket that reconnects with a new presigned URL until it is closed. */
export function openSocket(
  { live, region }: Config,
  { credentials, onOpen, onClose, onMessage }: SocketEvents,
): Socket {
  let watch: Watch = {};
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  let renewalTimer: ReturnType<typeof setTimeout> | undefined;
  /** A connection that replaces `socket` once it watches what the page shows. */
  let successor: ReconnectingWebSocket | null = null;

  function connect(): ReconnectingWebSocket {
    let attemptsSinceOpen = 0;
    async function presignUrl(): Promise<string> {
      attemptsSinceOpen += 1;
      // Only the second attempt renews the credentials, in case they caused the failure.
      const keys = await credentials(attemptsSinceOpen === 2);
      if (!keys) throw new Error('No member is signed in.');
      // The API requires the token for an hour after a sign-out everywhere.
      return presign(live, region, keys, attemptsSinceOpen > 1);
    }
    const opened = new ReconnectingWebSocket(presignUrl, [], {
      ...reconnectionDelays(),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      maxEnqueuedMessages: 0,
    });
    opened.addEventListener('open', () => {
      attemptsSinceOpen = 0;
      sendWatch(opened);
      if (opened === socket) handleOpen();
    });
    opened.addEventListener('close', () => {
      if (opened === socket) handleClose();
    });
    opened.addEventListener('message', ({ data }) => {
      if (opened === socket) clearPongTimer();
      const parsed = parse(data);
      if (opened === successor && isType(parsed, 'watching')) replaceSocket();
      if (parsed !== undefined) onMessage(parsed);
    });
    return opened;
  }

  function handleOpen() {
    scheduleRenewal();
    onOpen();
  }

  function handleClose() {
    clearPongTimer();
    discardSuccessor();
    onClose();
  }

  /** Opens the successor. Until it is ready, both connections receive messages. */
  function renew() {
    if (socket.readyState === WebSocket.OPEN) successor ??= connect();
  }

  function replaceSocket() {
    const outdated = socket;
    socket = successor!;
    successor = null;
    outdated.close();
    clearPongTimer();
    scheduleRenewal();
  }

  function discardSuccessor() {
    clearTimeout(renewalTimer);
    successor?.close();
    successor = null;
  }

  function scheduleRenewal() {
    clearTimeout(renewalTimer);
    renewalTimer = setTimeout(renew, RENEWAL_AGE_MS);
  }

  /** Replaces the socket, because its own `reconnect` waits for the current delay to end. */
  function reconnectNow() {
    const broken = socket;
    discardSuccessor();
    broken.close();
    socket = connect();
  }

  function clearPongTimer() {
    clearTimeout(pongTimer);
    pongTimer = undefined;
  }

  function ping() {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send('{"action":"ping"}');
    pongTimer ??= setTimeout(reconnectNow, PONG_TIMEOUT_MS);
  }

  function sendWatch(to: ReconnectingWebSocket) {
    if (to.readyState === WebSocket.OPEN) to.send(JSON.stringify({ action: 'watch', ...watch }));
  }

  let socket = connect();
  const pingTimer = setInterval(ping, PING_INTERVAL_MS);
  return {
    watch(shown) {
      if (JSON.stringify(shown) === JSON.stringify(watch)) return;
      watch = shown;
      sendWatch(socket);
      if (successor) sendWatch(successor);
    },
    probe() {
      if (socket.readyState === WebSocket.OPEN) ping();
      else if (socket.readyState !== WebSocket.CONNECTING) reconnectNow();
    },
    close() {
      clearInterval(pingTimer);
      clearPongTimer();
      discardSuccessor();
      socket.close();
    },
  };
}

function isType(data: unknown, type: string): boolean {
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === type;
}

/** Returns `undefined` if the data is not JSON. */
function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
