/** The WebSocket. Loaded after sign-in. */
import ReconnectingWebSocket from 'partysocket/ws';
import type { CredentialSource } from '../api/client';
import type { Config } from '../config';
import { presign } from './presign';

export interface Socket {
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
  let attemptsSinceOpen = 0;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;

  async function presignUrl(): Promise<string> {
    attemptsSinceOpen += 1;
    // Only the second attempt renews the credentials, in case they caused the failure.
    const keys = await credentials(attemptsSinceOpen === 2);
    if (!keys) throw new Error('No member is signed in.');
    return presign(live, region, keys);
  }

  function connect(): ReconnectingWebSocket {
    const socket = new ReconnectingWebSocket(presignUrl, [], {
      ...reconnectionDelays(),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      maxEnqueuedMessages: 0,
    });
    socket.addEventListener('open', () => {
      attemptsSinceOpen = 0;
      onOpen();
    });
    socket.addEventListener('close', () => {
      clearPongTimer();
      onClose();
    });
    socket.addEventListener('message', ({ data }) => {
      clearPongTimer();
      const parsed = parse(data);
      if (parsed !== undefined) onMessage(parsed);
    });
    return socket;
  }

  /** Replaces the socket, because its own `reconnect` waits for the current delay to end. */
  function reconnectNow() {
    socket.close();
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

  let socket = connect();
  const pingTimer = setInterval(ping, PING_INTERVAL_MS);
  return {
    probe() {
      if (socket.readyState === WebSocket.OPEN) ping();
      else if (socket.readyState !== WebSocket.CONNECTING) reconnectNow();
    },
    close() {
      clearInterval(pingTimer);
      clearPongTimer();
      socket.close();
    },
  };
}

/** Returns `undefined` if the data is not JSON. */
function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
