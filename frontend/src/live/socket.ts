/**
 * The WebSocket: presigned anew for each connection, opened again whenever it ends (partysocket waits ever longer between
 * attempts), kept from idling, and asked for a sign of life after anything that may have broken it silently. Loaded once
 * somebody is signed in.
 */
import ReconnectingWebSocket from 'partysocket/ws';
import type { CredentialSource } from '../api/client';
import type { Config } from '../config';
import { presign } from './presign';

export interface Socket {
  /** The connection may be broken without anybody having been told: it proves itself, or is made anew. */
  probe(): void;
  close(): void;
}

export interface SocketEvents {
  credentials: CredentialSource;
  onOpen: () => void;
  onDown: () => void;
  onMessage: (message: unknown) => void;
}

/** API Gateway ends a connection that is idle for ten minutes. */
export const PING_EVERY = 4 * 60_000;
/** Milliseconds after which a connection that says nothing is dead. */
export const ANSWERS_WITHIN = 10_000;

/** A browser is not told why it may not connect (403, 429, no network): all are tried again, ever more seldom. Not all pages at once. */
const waits = () => ({
  minReconnectionDelay: 1_000 + Math.random() * 1_000,
  reconnectionDelayGrowFactor: 2,
  maxReconnectionDelay: 120_000,
});
/** A function that starts cold, over a slow network, may take a while. */
const CONNECTION_TIMEOUT = 20_000;

export function openSocket(
  { live, region }: Config,
  { credentials, onOpen, onDown, onMessage }: SocketEvents,
): Socket {
  /** Attempts since it was open last. */
  let attempts = 0;
  let unanswered: ReturnType<typeof setTimeout> | undefined;

  const address = async () => {
    attempts += 1;
    // It may have been the keys: once with fresh ones, but not again and again.
    const keys = await credentials(attempts === 2);
    if (!keys) throw new Error('nobody is signed in');
    return presign(live, region, keys);
  };

  function connect(): ReconnectingWebSocket {
    const socket = new ReconnectingWebSocket(address, [], {
      ...waits(),
      connectionTimeout: CONNECTION_TIMEOUT,
      maxEnqueuedMessages: 0,
    });
    socket.addEventListener('open', () => {
      attempts = 0;
      onOpen();
    });
    socket.addEventListener('close', () => {
      answered();
      onDown();
    });
    socket.addEventListener('message', ({ data }) => {
      answered();
      const message = parse(data);
      if (message !== undefined) onMessage(message);
    });
    return socket;
  }

  /** Its own `reconnect` does not end the waiting between attempts. */
  function anew() {
    socket.close();
    socket = connect();
  }

  function answered() {
    clearTimeout(unanswered);
    unanswered = undefined;
  }

  function ping() {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send('{"action":"ping"}');
    unanswered ??= setTimeout(anew, ANSWERS_WITHIN);
  }

  let socket = connect();
  const pinging = setInterval(ping, PING_EVERY);
  return {
    probe() {
      if (socket.readyState === WebSocket.OPEN) ping();
      else if (socket.readyState !== WebSocket.CONNECTING) anew();
    },
    close() {
      clearInterval(pinging);
      answered();
      socket.close();
    },
  };
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined; // not for us
  }
}
