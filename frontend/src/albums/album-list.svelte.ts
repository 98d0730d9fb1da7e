import type { Album } from '../api/album-types';
import type { AlbumsApi } from '../api/albums';
import { messageOf } from '../api/errors';

/** The albums that the member owns or has joined, as far as they were read. */
export class AlbumList {
  /** Null until the first page is read. */
  items = $state.raw<readonly Album[] | null>(null);
  error = $state<string | null>(null);
  /** The cursor of the next page; null at the end. */
  cursor = $state<string | null>(null);
  isLoading = $state(false);
  /** The number of pages in the list. */
  #pages = 1;
  #mustReload = false;
  #api: Pick<AlbumsApi, 'albums'>;

  constructor(api: Pick<AlbumsApi, 'albums'>) {
    this.#api = api;
  }

  /** Reads the list again, as many pages as before. Reads once more if called during a read. */
  async load(): Promise<void> {
    this.#mustReload = this.isLoading;
    await this.#read(null, [], this.#pages);
  }

  async loadMore(): Promise<void> {
    if (this.isLoading || this.cursor === null) return;
    this.#pages += 1;
    await this.#read(this.cursor, this.items ?? [], 1);
  }

  async #read(cursor: string | null, before: readonly Album[], pages: number): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    this.error = null;
    try {
      const albums = new Map(before.map((album) => [album.id, album]));
      let next = cursor;
      for (let i = 0; i < pages && (i === 0 || next !== null); i += 1) {
        const page = await this.#api.albums(next);
        for (const album of page.items) albums.set(album.id, album);
        next = page.cursor;
      }
      this.items = [...albums.values()];
      this.cursor = next;
    } catch (error) {
      this.error = messageOf(error);
    } finally {
      this.isLoading = false;
    }
    if (!this.#mustReload) return;
    this.#mustReload = false;
    await this.load();
  }
}
