import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { albumIdOf, albumListName, type ListName } from '../routes';
import { AlbumPictures } from './album-pictures.svelte';
import { PictureList, type FetchPage, type LoadedList } from './picture-list.svelte';
import { indexOfId } from './sorted-list';

/** Lists loaded at most this long before the live connection opens count as up to date. */
const MAX_CONNECTING_MS = 5_000;
/** The age at which a list is reloaded although live messages update it: one can be lost. */
const MAX_LIVE_AGE_MS = 20 * 60_000;

interface LibraryOptions {
  /** Returns `true` while live messages arrive. */
  isLive?: () => boolean;
  /** Called with the id of each picture that was deleted or is hidden from the user. */
  onRemove?: (id: string) => void;
}

/** All lists of pictures of one member, or of a visitor. A changed picture changes in each list. */
export class Library {
  /** The number of times all lists became stale. The visible list is reloaded each time. */
  expirations = $state(0);

  readonly userId: string | null;
  readonly #api: Api;
  readonly #isLive: () => boolean;
  readonly #onRemove: (id: string) => void;
  readonly #lists = new Map<ListName, LoadedList>();
  /** Pictures that are about to be deleted. They are in no list. */
  readonly #hidden = new Map<string, Picture>();
  readonly #reads = new Set<PendingRead>();
  #isDisposed = false;

  constructor(
    api: Api,
    userId: string | null,
    { isLive = () => false, onRemove = () => undefined }: LibraryOptions = {},
  ) {
    this.#api = api;
    this.userId = userId;
    this.#isLive = isLive;
    this.#onRemove = onRemove;
  }

  /** Discards all pictures. Replies that arrive later have no effect. */
  dispose(): void {
    this.#isDisposed = true;
    for (const read of this.#reads) read.isCancelled = true;
    this.#lists.clear();
    this.#hidden.clear();
  }

  list(name: ListName): LoadedList {
    const known = this.#lists.get(name);
    if (known) return known;
    const list = this.#createList(name);
    if (!this.#isDisposed) this.#lists.set(name, list);
    return list;
  }

  /** Returns the pictures of an album. */
  album(id: string): AlbumPictures {
    const list = this.list(albumListName(id));
    if (!(list instanceof AlbumPictures)) throw new TypeError('The list is no album.');
    return list;
  }

  /** Loads a list, or reloads it if it is stale. */
  async open(name: ListName): Promise<void> {
    if (this.#isDisposed) return;
    await this.list(name).open(this.#isLive() ? MAX_LIVE_AGE_MS : undefined);
  }

  /** Marks the list of an album as stale. It is reloaded at once if it is visible. */
  expireAlbum(id: string): void {
    this.#lists.get(albumListName(id))?.expire();
    this.expirations += 1;
  }

  /** Marks all lists as stale. The visible list shows its pictures until it is reloaded. */
  expire(): void {
    for (const list of this.#lists.values()) list.expire();
    this.expirations += 1;
  }

  /** Marks lists as stale that were loaded before live messages arrived. */
  expireOldLists(): void {
    const oldest = Date.now() - MAX_CONNECTING_MS;
    const oldLists = [...this.#lists.values()].filter(({ loadedAt }) => loadedAt < oldest);
    if (oldLists.length === 0) return;
    for (const list of oldLists) list.expire();
    this.expirations += 1;
  }

  /** Returns a picture from any list. */
  find(id: string): Picture | undefined {
    for (const { items } of this.#lists.values()) {
      const picture = items[indexOfId(items, id)];
      if (picture) return picture;
    }
    return this.#hidden.get(id);
  }

  put(picture: Picture): void {
    // Only its owner can read an original, so this reply was meant for another member.
    if (picture.original && picture.owner.id !== this.userId) return;
    if (this.#hidden.has(picture.id)) this.#hidden.set(picture.id, picture);
    else for (const list of this.#lists.values()) list.put(picture);
  }

  /** Fetches a picture and puts it into all lists. Returns `null` if it was removed meanwhile. */
  async read(id: string, fetchPicture: () => Promise<Picture>): Promise<Picture | null> {
    const read: PendingRead = { id, isCancelled: false };
    this.#reads.add(read);
    try {
      const picture = await fetchPicture();
      if (read.isCancelled) return null;
      this.put(picture);
      return picture;
    } finally {
      this.#reads.delete(read);
    }
  }

  remove(id: string): void {
    this.#cancelReads(id);
    this.#hidden.delete(id);
    for (const list of this.#lists.values()) list.remove(id);
    this.#onRemove(id);
  }

  /** Takes pictures out of all lists until `restore` is called. */
  hide(pictures: readonly Picture[]): void {
    if (this.#isDisposed) return;
    for (const picture of pictures) {
      this.#cancelReads(picture.id);
      this.#hidden.set(picture.id, picture);
    }
    const ids = new Set(pictures.map(({ id }) => id));
    for (const list of this.#lists.values()) list.removeAll(ids);
  }

  /** Puts hidden pictures back, except those removed meanwhile. */
  restore(ids: readonly string[]): void {
    for (const id of ids) {
      const picture = this.#hidden.get(id);
      this.#hidden.delete(id);
      if (picture) this.put(picture);
    }
  }

  #cancelReads(id: string): void {
    for (const read of this.#reads) if (read.id === id) read.isCancelled = true;
  }

  #createList(name: ListName): LoadedList {
    const api = this.#api;
    const albumId = albumIdOf(name);
    if (albumId !== null)
      return new AlbumPictures((order) =>
        this.#withoutHidden((cursor, isShort) => api.picturesIn(albumId, order, cursor, isShort)),
      );
    const isOwn = (picture: Picture) => picture.owner.id === this.userId;
    const isReady = (picture: Picture) => picture.state === 'ready';
    switch (name) {
      case 'feed':
        return this.#createListOf(
          api.feed,
          (picture) => isReady(picture) && (isOwn(picture) || picture.visibility !== 'private'),
        );
      case 'public':
        return this.#createListOf(
          api.publicPictures,
          (picture) => isReady(picture) && picture.visibility === 'public',
        );
      case 'mine':
        return this.#createListOf(
          (cursor, isShort) => api.picturesOf(this.userId ?? '', cursor, isShort),
          isOwn,
        );
      default: {
        const ownerId = name.slice('people/'.length);
        return this.#createListOf(
          (cursor, isShort) => api.picturesOf(ownerId, cursor, isShort),
          (picture) => isReady(picture) && picture.owner.id === ownerId,
        );
      }
    }
  }

  #createListOf(fetchPage: Api['feed'], accepts: (picture: Picture) => boolean): PictureList {
    return new PictureList(this.#withoutHidden(fetchPage), accepts);
  }

  #withoutHidden(fetchPage: FetchPage): FetchPage {
    return async (cursor, isShort) => {
      const page = await fetchPage(cursor, isShort);
      if (this.#hidden.size === 0) return page;
      return { ...page, items: page.items.filter(({ id }) => !this.#hidden.has(id)) };
    };
  }
}

interface PendingRead {
  id: string;
  isCancelled: boolean;
}
