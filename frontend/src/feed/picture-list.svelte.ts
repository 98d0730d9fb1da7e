import { messageOf } from '../api/errors';
import type { Page, Picture } from '../api/types';
import { keepKnownDetails, keepOwnerDetails, smallUrlOf, withUrlsOf } from './known-details';
import { indexOfId, insert, merge, without } from './sorted-list';
import { UrlRenewal } from './url-renewal';

/** The age at which opening a list reloads it. Rendition URLs are valid for much longer. */
export const MAX_AGE_MS = 60_000;
/** The maximum number of pages that one read requests until one is not empty. */
const MAX_PAGES_PER_READ = 10;
/** The maximum number of pages that one renewal of URLs requests. */
export const MAX_PAGES_PER_RENEWAL = 4;

export type ListStatus = 'idle' | 'loading' | 'loadingMore' | 'ready' | 'failed';

/** The position of a reader in a list. */
export interface ScrollPosition {
  /** The first visible picture. */
  id: string;
  /** The upper edge of that picture, in pixels below the upper edge of the screen. */
  top: number;
  /** The last picture that has a tile. */
  lastId: string;
}

/** Fetches one page from a cursor. A short page holds about one screen of pictures. */
export type FetchPage = (cursor: string | null, isShort: boolean) => Promise<Page>;

/** A list of pictures as the grid and the viewer use it: a `PictureList` or an `AlbumPictures`. */
export type LoadedList = Pick<PictureList, keyof PictureList>;

/** One list of pictures, newest first, which is loaded page by page. */
export class PictureList {
  items = $state.raw<readonly Picture[]>([]);
  status = $state<ListStatus>('idle');
  error = $state<string | null>(null);
  /** Whether the last page is loaded. */
  isComplete = $state(false);
  /** `null` at the top of the list. */
  scrollPosition: ScrollPosition | null = null;
  /** When the first page was last requested, in milliseconds since the epoch. */
  loadedAt = 0;
  /** Renews the URLs of images in this list. */
  readonly urls = new UrlRenewal(
    (ids) => this.#renewUrls(ids),
    (id) => smallUrlOf(this.items[indexOfId(this.items, id)]),
  );

  #cursor: string | null = null;
  /** The pages that are loaded, newest first, so that each can be read again. */
  #pages: LoadedPage[] = [];
  #isLoading = $state(false);
  #isStale = false;
  /** Whether to reload after the current request. */
  #reloadNext = false;
  /** Pictures changed or removed (`null`) during a request. They are newer than its reply. */
  #changesDuringLoad = new Map<string, Picture | null>();
  readonly #fetchPage: FetchPage;
  readonly #accepts: (picture: Picture) => boolean;

  constructor(fetchPage: FetchPage, accepts: (picture: Picture) => boolean) {
    this.#fetchPage = fetchPage;
    this.#accepts = accepts;
  }

  /** Loads the first page, or reloads a list that is stale or older than `maxAgeMs`. */
  async open(maxAgeMs = MAX_AGE_MS): Promise<void> {
    if (this.#isLoading) {
      this.#reloadNext = this.#isStale;
      return;
    }
    if (this.items.length === 0 && !this.isComplete) await this.#load(() => this.#appendPage());
    else if (this.#isStale || Date.now() - this.loadedAt >= maxAgeMs) await this.#reload();
  }

  /** Loads the next page, also after a failure. */
  async loadMore(): Promise<void> {
    if (this.#isLoading || this.isComplete) return;
    await this.#load(() => this.#appendPage());
  }

  /** Makes the next `open` reload the list. */
  expire(): void {
    this.#isStale = true;
  }

  /** Inserts or replaces a picture, or removes it if it no longer belongs to the list. */
  put(picture: Picture): void {
    if (this.status === 'idle') return; // the first page will contain it
    if (!this.#accepts(picture)) return this.remove(picture.id);
    const known = this.items[indexOfId(this.items, picture.id)];
    const merged = known ? keepOwnerDetails(known, picture) : picture;
    if (this.#isLoading) this.#changesDuringLoad.set(picture.id, merged);
    this.items = insert(this.items, merged, this.isComplete);
  }

  remove(id: string): void {
    if (this.#isLoading) this.#changesDuringLoad.set(id, null);
    this.items = without(this.items, id);
  }

  removeAll(ids: ReadonlySet<string>): void {
    if (this.#isLoading) for (const id of ids) this.#changesDuringLoad.set(id, null);
    this.items = this.items.filter(({ id }) => !ids.has(id));
  }

  async #appendPage(): Promise<void> {
    const isFirst = this.items.length === 0;
    if (isFirst) this.#markFresh();
    this.status = isFirst ? 'loading' : 'loadingMore';
    const page = { cursor: this.#cursor, isShort: this.#cursor === null };
    const { items, cursor } = await this.#fetchNonEmptyPage(page.cursor, page.isShort);
    this.#pages.push({ ...page, firstId: items[0]?.id ?? '' });
    this.#replace(merge(this.items, items), cursor);
  }

  /** Reloads the list up to the scroll position. The rest is loaded again by scrolling. */
  async #reload(): Promise<void> {
    const lastId = this.scrollPosition?.lastId;
    await this.#load(async () => {
      this.#markFresh();
      let { items, cursor } = await this.#fetchNonEmptyPage(null);
      const pages: LoadedPage[] = [{ cursor: null, isShort: false, firstId: items[0]?.id ?? '' }];
      while (cursor !== null && lastId !== undefined && (items.at(-1)?.id ?? '') > lastId) {
        const page = await this.#fetchNonEmptyPage(cursor);
        pages.push({ cursor, isShort: false, firstId: page.items[0]?.id ?? '' });
        items = [...items, ...page.items];
        cursor = page.cursor;
      }
      const known = new Map(this.items.map((item) => [item.id, item]));
      const reloaded = items.map((item) => keepKnownDetails(known.get(item.id), item));
      this.#pages = pages;
      this.#replace(merge([], reloaded), cursor);
    });
  }

  /**
   * Reads the pages with these pictures again, and takes only the URLs from the replies.
   * Returns the ids of all pictures in the replies.
   */
  async #renewUrls(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const renewed = new Map<string, Picture>();
    let missing = ids.toSorted().reverse();
    let page = this.#pageOf(missing[0]!);
    for (let pages = 0; pages < MAX_PAGES_PER_RENEWAL; pages += 1) {
      const { items, cursor } = await this.#fetchPage(page.cursor, page.isShort);
      for (const picture of items) renewed.set(picture.id, picture);
      const lastId = cursor === null ? '' : (items.at(-1)?.id ?? '');
      missing = missing.filter((id) => id < lastId);
      if (missing.length === 0 || cursor === null) break;
      // New pictures can have moved a picture to the next page.
      const next = this.#pageOf(missing[0]!);
      page = next.firstId < page.firstId ? next : { cursor, isShort: false, firstId: lastId };
    }
    this.items = this.items.map((item) => withUrlsOf(renewed.get(item.id), item));
    return new Set(renewed.keys());
  }

  #pageOf(id: string): LoadedPage {
    return (
      this.#pages.findLast(({ firstId }) => firstId >= id) ??
      this.#pages[0] ?? { cursor: null, isShort: false, firstId: '' }
    );
  }

  #markFresh(): void {
    this.#isStale = false;
    this.loadedAt = Date.now();
  }

  async #load(read: () => Promise<void>): Promise<void> {
    const statusBefore = this.status;
    this.#isLoading = true;
    this.#reloadNext = false;
    this.error = null;
    try {
      await read();
      this.status = 'ready';
    } catch (error) {
      this.#isStale = true;
      this.#reloadNext = false;
      // A failed reload leaves the list as it was.
      if (statusBefore === 'ready' && this.status === 'ready') return;
      this.error = messageOf(error);
      this.status = 'failed';
    } finally {
      this.#isLoading = false;
      this.#changesDuringLoad.clear();
    }
    if (this.#reloadNext) await this.#reload();
  }

  #replace(items: readonly Picture[], cursor: string | null): void {
    const isComplete = cursor === null;
    for (const [id, picture] of this.#changesDuringLoad)
      items = picture ? insert(items, picture, isComplete) : without(items, id);
    this.#changesDuringLoad.clear();
    this.items = items;
    this.#cursor = cursor;
    this.isComplete = isComplete;
  }

  async #fetchNonEmptyPage(cursor: string | null, isShort = false): Promise<Page> {
    let page = await this.#fetchPage(cursor, isShort);
    for (let pages = 1; pages < MAX_PAGES_PER_READ; pages += 1) {
      if (page.items.length > 0 || page.cursor === null) break;
      page = await this.#fetchPage(page.cursor, false);
    }
    return page;
  }
}

interface LoadedPage {
  cursor: string | null;
  isShort: boolean;
  /** The newest picture of the page when it was loaded. */
  firstId: string;
}
