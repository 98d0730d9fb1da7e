import pLimit from 'p-limit';
import { ApiError, messageOf } from '../api/errors';
import type { GuestKey } from './link-storage';
import type { SharedLink } from './shared-link.svelte';
import type { SharedPicture } from './types';

/**
 * A picture that the link does not show: a manager removed it from the album, or it was deleted.
 * The guest can still delete it.
 */
export interface HiddenPicture {
  id: string;
  owner: { id: string };
  state: 'hidden';
}

export type OwnPicture = SharedPicture | HiddenPicture;

/** The number of pictures that are read or deleted at a time. */
const CONCURRENCY = 4;

/** The result of a deletion of several pictures. `reason` is that of the first failure. */
export interface DeletionResult {
  removed: number;
  failed: number;
  reason: string;
}

/** The pictures that the guest sent by a link from this browser, also those that it hides. */
export class OwnPictures {
  items = $state.raw<readonly OwnPicture[]>([]);
  /** The reason why pictures could not be read. */
  error = $state<string | null>(null);
  readonly #link: SharedLink;
  readonly #limit = pLimit(CONCURRENCY);

  readonly #onRemove: (id: string) => void;

  /** `onRemove` is called with the id of each deleted picture. */
  constructor(link: SharedLink, onRemove: (id: string) => void) {
    this.#link = link;
    this.#onRemove = onRemove;
  }

  /** Reads all pictures whose keys are stored. */
  async load(): Promise<void> {
    this.error = null;
    const keys = this.#link.keys.list();
    const pictures = await Promise.all(keys.map((key) => this.#limit(() => this.#read(key))));
    for (const picture of pictures) if (picture) this.put(picture);
  }

  /** Inserts or replaces a picture. Pictures are ordered by time of registration. */
  put(picture: OwnPicture): void {
    if (picture.state === 'awaitingUpload') return;
    const others = this.items.filter(({ id }) => id !== picture.id);
    this.items = [...others, picture].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** Deletes pictures for good. One that is already gone counts as deleted. */
  async remove(pictures: readonly OwnPicture[]): Promise<DeletionResult> {
    const reasons = await Promise.all(
      pictures.map((picture) => this.#limit(() => this.#remove(picture))),
    );
    const failures = reasons.filter((reason) => reason !== null);
    return {
      removed: reasons.length - failures.length,
      failed: failures.length,
      reason: failures[0] ?? '',
    };
  }

  async #read({ ownerId, id, guestKey }: GuestKey): Promise<OwnPicture | null> {
    try {
      return await this.#link.api.getPicture({ ownerId, id }, guestKey);
    } catch (error) {
      // The reply does not tell whether the picture was removed from the album or deleted.
      if (error instanceof ApiError && error.code === 404)
        return { id, owner: { id: ownerId }, state: 'hidden' };
      this.error ??= messageOf(error);
      return null;
    }
  }

  /** Returns the reason of a failure, or null. */
  async #remove({ id, owner }: OwnPicture): Promise<string | null> {
    const guestKey = this.#link.keys.find(id);
    try {
      if (guestKey !== undefined)
        await this.#link.api.deletePicture({ ownerId: owner.id, id }, guestKey);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) return messageOf(error);
    }
    this.#link.keys.remove(id);
    this.#link.pictures.remove(id);
    this.items = this.items.filter((picture) => picture.id !== id);
    this.#onRemove(id);
    return null;
  }
}
