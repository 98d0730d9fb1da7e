/** The browser's data about share links. It never contains a token or a password. */
import { serverTime } from '../api/clock';
import type { PictureIds } from './shared-api';
import type { LinkSession } from './types';

/** In `sessionStorage`: the sessions of links with a password, and the name of the guest. */
const SESSION_PREFIX = 'albumen-link-session-';
const NAME_KEY = 'albumen-guest-name';
/** In `localStorage`: the keys of the guest's pictures. */
const KEYS_PREFIX = 'albumen-guest-keys-';

/** The time for which guests can delete their pictures. */
const KEY_VALIDITY_MS = 24 * 3_600_000;

/** The key with which a guest can read and delete a picture until a time in milliseconds. */
export interface GuestKey extends PictureIds {
  guestKey: string;
  until: number;
}

/**
 * Returns the name under which the browser stores data of a link, from which nobody can derive the
 * token. Returns null where the browser cannot compute hashes. The data is then in memory only.
 */
export async function nameOfLink(token: string): Promise<string | null> {
  try {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
    const bytes = new Uint8Array(digest).subarray(0, 16);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  } catch {
    return null;
  }
}

/** Returns the session of a link unless it has expired. */
export function readSession(link: string | null): LinkSession | null {
  const stored = read(() => sessionStorage, SESSION_PREFIX, link) as LinkSession | null;
  return stored && Date.parse(stored.expiresAt) > serverTime() ? stored : null;
}

export function storeSession(link: string | null, session: LinkSession | null): void {
  write(() => sessionStorage, SESSION_PREFIX, link, session);
}

export function readGuestName(): string {
  const name = read(() => sessionStorage, NAME_KEY, '');
  return typeof name === 'string' ? name : '';
}

export function storeGuestName(name: string): void {
  write(() => sessionStorage, NAME_KEY, '', name);
}

/** The keys of the pictures that the guest sent by one link, the newest first. */
export class GuestKeys {
  #keys: readonly GuestKey[] = [];
  readonly #link: string | null;

  constructor(link: string | null) {
    this.#link = link;
    forgetOldKeys();
    const stored = read(() => localStorage, KEYS_PREFIX, link);
    if (Array.isArray(stored)) this.#keys = stored as GuestKey[];
  }

  /** Returns the keys that still delete their pictures. */
  list(): readonly GuestKey[] {
    return this.#keys.filter(isValid);
  }

  find(id: string): string | undefined {
    return this.list().find((key) => key.id === id)?.guestKey;
  }

  add(ids: PictureIds, guestKey: string): void {
    const { ownerId, id } = ids;
    this.#set([{ ownerId, id, guestKey, until: serverTime() + KEY_VALIDITY_MS }, ...this.list()]);
  }

  remove(id: string): void {
    this.#set(this.list().filter((key) => key.id !== id));
  }

  #set(keys: readonly GuestKey[]): void {
    this.#keys = keys;
    write(() => localStorage, KEYS_PREFIX, this.#link, keys.length > 0 ? keys : null);
  }
}

const isValid = ({ until }: GuestKey) => until > serverTime();

/** Deletes the stored keys of all links whose pictures their guest can no longer delete. */
function forgetOldKeys(): void {
  try {
    const links = Object.keys(localStorage).filter((key) => key.startsWith(KEYS_PREFIX));
    for (const link of links) {
      const keys = JSON.parse(localStorage.getItem(link) ?? '[]') as GuestKey[];
      if (!keys.some(isValid)) localStorage.removeItem(link);
    }
  } catch {
    return; // the storage is blocked
  }
}

/** Returns null if nothing is stored, and if the browser blocks the storage. */
function read(storage: () => Storage, prefix: string, link: string | null): unknown {
  if (link === null) return null;
  try {
    return JSON.parse(storage().getItem(prefix + link) ?? 'null');
  } catch {
    return null;
  }
}

/** Stores a value, or removes it if it is null. Ignores a blocked or full storage. */
function write(storage: () => Storage, prefix: string, link: string | null, value: unknown): void {
  if (link === null) return;
  try {
    if (value === null) storage().removeItem(prefix + link);
    else storage().setItem(prefix + link, JSON.stringify(value));
  } catch {
    return;
  }
}
