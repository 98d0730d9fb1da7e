import { ApiError, messageOf } from '../api/errors';
import type { Client } from '../api/client';
import { AlbumPictures } from '../feed/album-pictures.svelte';
import { indexOfId } from '../feed/sorted-list';
import { sharedTexts } from '../texts/shared-link';
import { GuestKeys, nameOfLink, readSession, storeSession } from './link-storage';
import { createSharedApi, type SharedApi } from './shared-api';
import { isOpen, type LinkReply, type OpenLink, type SharedPicture } from './types';

/** The shortest time for which wrong passwords block an address, as far as the page says so. */
const MIN_BLOCK_SECONDS = 30;

/** `gone`: the link is unknown, revoked or expired. The API does not say which. */
export type LinkStatus = 'loading' | 'locked' | 'open' | 'gone' | 'failed';

/** A share link and what it shows. It is emptied as soon as the link no longer opens. */
export class SharedLink {
  status = $state<LinkStatus>('loading');
  /** The message of a failed request. */
  error = $state<string | null>(null);
  info = $state.raw<OpenLink | null>(null);
  readonly api: SharedApi;
  /** The pictures of the album. */
  pictures = $state.raw(this.#createPictures());
  /** The keys of the guest's own pictures. Empty until the link is open. */
  keys = new GuestKeys(null);
  #name: string | null = null;
  readonly #token: string;

  constructor(client: Pick<Client, 'call'>, token: string) {
    this.#token = token;
    this.api = createSharedApi(client, token);
  }

  hasToken(token: string): boolean {
    return token === this.#token;
  }

  /** Reads the link for the first time, or again after a failure. */
  async open(): Promise<void> {
    if (this.info) return this.revisit();
    this.#name ??= await nameOfLink(this.#token);
    this.keys = new GuestKeys(this.#name);
    this.api.useSession(readSession(this.#name));
    this.status = 'loading';
    await this.reload();
  }

  /**
   * Reads again what the page shows, when the person returns to it. Does not read the link itself,
   * because that counts as a visit.
   */
  async revisit(): Promise<void> {
    const picture = this.info?.picture;
    if (!picture) return this.#openPictures();
    const ids = { ownerId: picture.owner.id, id: picture.id };
    const current = await this.check(() => this.api.getPicture(ids)).catch(() => null);
    if (current && this.info) this.info = { ...this.info, picture: current };
  }

  /** Reads whether the link still opens, and what it allows. */
  async reload(): Promise<void> {
    try {
      this.#show(await this.api.read());
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return this.#close('gone');
      if (this.info) return;
      this.error = messageOf(error);
      this.status = 'failed';
    }
  }

  /** Opens a link with its password. Returns a message if that fails, or null. */
  async unlock(password: string): Promise<string | null> {
    try {
      const session = await this.api.unlock(password);
      this.api.useSession(session);
      storeSession(this.#name, session);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) this.#close('gone');
      return unlockError(error);
    }
    await this.reload();
    return this.status === 'locked' ? sharedTexts.password.notAccepted : null;
  }

  /**
   * Runs a request. If it is refused, reads whether the link still opens before it throws the
   * error, so that the page shows nothing of a link that was revoked.
   */
  async check<Result>(request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof ApiError && (error.code === 403 || error.code === 404))
        await this.reload();
      throw error;
    }
  }

  /** Returns a picture with new URLs, or as it was if that fails. */
  renew = async (picture: SharedPicture): Promise<SharedPicture> => {
    const ids = { ownerId: picture.owner.id, id: picture.id };
    try {
      const { renditions } = picture;
      if (indexOfId(this.pictures.items, picture.id) < 0 || !renditions)
        return await this.check(() => this.api.getPicture(ids, this.keys.find(picture.id)));
      await this.pictures.urls.replace(picture.id, renditions.small.url);
      return this.pictures.items[indexOfId(this.pictures.items, picture.id)] ?? picture;
    } catch {
      return picture;
    }
  };

  /** Reads the pictures again, for example after an upload. */
  async refresh(): Promise<void> {
    this.pictures.expire();
    await this.pictures.open();
  }

  #createPictures(): AlbumPictures {
    return new AlbumPictures(
      (order) => (cursor, isShort) => this.check(() => this.api.pictures(order, cursor, isShort)),
    );
  }

  #show(reply: LinkReply): void {
    this.error = null;
    if (!isOpen(reply)) return this.#close('locked');
    this.info = reply;
    this.status = 'open';
    this.#openPictures();
  }

  #openPictures(): void {
    if (this.info?.album) void this.pictures.open();
  }

  #close(status: 'gone' | 'locked'): void {
    this.status = status;
    this.info = null;
    this.pictures = this.#createPictures();
    this.api.useSession(null);
    storeSession(this.#name, null);
  }
}

/** Returns the sentence about a password that did not open the link. */
export function unlockError(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error);
  if (error.code === 403) return sharedTexts.password.wrong;
  // A shorter time is that of a busy server.
  if (error.code === 429 && (error.retryAfter ?? 0) >= MIN_BLOCK_SECONDS)
    return sharedTexts.password.blocked(Math.ceil((error.retryAfter ?? 0) / 60));
  return messageOf(error);
}
