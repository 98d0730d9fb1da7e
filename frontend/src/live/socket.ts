/**
 * The WebSocket: presigned anew for each connection, opened again whenever it ends (partysocket waits ever longer between
 * attempts), kept from idling. Loaded once somebody is signed in.
 */
import ReconnectingWebSocket from 'partysocket/ws';
import { AwsV4Signer } from 'aws4fetch';
import type { Credentials } from '../api/client';
import type { Config } from '../config';

export interface Socket {
  send(message: object): void;
  close(): void;
}

export interface SocketEvents {
  credentials: () => Promise<Credentials | null>;
  /** Opened; `again` if it had been open before: what was told meanwhile is lost. */
  onOpen: (again: boolean) => void;
  onDown: () => void;
  onMessage: (message: unknown) => void;
}

/** API Gateway ends a connection that is idle for ten minutes. */
const PING_EVERY = 5 * 60_000;

export function openSocket({ live, region }: Config, { credentials, onOpen, onDown, onMessage }: SocketEvents): Socket {
  const address = async () => {
    const keys = await credentials();
    if (!keys) throw new Error('nobody is signed in');
    const url = new URL(live.replace(/^ws/, 'http'));
    url.searchParams.set('X-Amz-Expires', '60');
    const signed = await new AwsV4Signer({ ...keys, url: url.href, region, service: 'execute-api', signQuery: true }).sign();
    return signed.url.href.replace(/^http/, 'ws');
  };
  let opened = false;
  const socket = new ReconnectingWebSocket(address, [], { minReconnectionDelay: 500, maxReconnectionDelay: 30_000, maxEnqueuedMessages: 0 });
  socket.addEventListener('open', () => {
    onOpen(opened);
    opened = true;
  });
  socket.addEventListener('close', onDown);
  socket.addEventListener('message', ({ data }) => {
    try {
      onMessage(JSON.parse(String(data)));
    } catch {
      // not for us
    }
  });
  const ping = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('{"action":"ping"}'), PING_EVERY);
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    close() {
      clearInterval(ping);
      socket.close();
    },
  };
}
