import type { AlbumOrder } from '../api/album-types';
import { messageOf } from '../api/errors';
import type { Picture } from '../api/types';
import type { AlbumOfList } from './album-of-list';
import { keepKnownDetails, keepOwnerDetails, smallUrlOf, withUrlsOf } from './known-details';
import {
  MAX_AGE_MS,
  MAX_PAGES_PER_RENEWAL,
  type FetchPage,
  type ListStatus,
  type LoadedList,
  type ScrollPosition,
} from './picture-list.svelte';
import { indexOfId, without } from './sorted-list';
import { UrlRenewal } from './url-renewal';

interface LoadedPage {
  cursor: string | null;
  isShort: boolean;
  ids: ReadonlySet<string>;
}

/** The maximum number of pages that one read requests until one is not empty. */
const MAX_EMPTY_PAGES = 10;

/** The pictures of an album, in the order of the API, loaded page by page. */
export class AlbumPictures implements LoadedList {
  items = $state.raw<readonly Picture[]>([]);
  status = $state<ListStatus>('idle');
  error = $state<string | null>(null);
  isComplete = $state(false);
  order = $state<AlbumOrder>('added');
  /** The album, while its page is open. */
  album = $state.raw<AlbumOfList | null>(null);
  scrollPosition: ScrollPosition | null = null;
  loadedAt = 0;
  readonly urls = new UrlRenewal(
    (ids) => this.#renewUrls(ids),
    (id) => smallUrlOf(this.items[indexOfId(this.items, id)]),
  );

  #pages: readonly LoadedPage[] = [];
  #cursor: string | null = null;
  #isStale = false;
  /** The running read. A read that another one replaces has no effect. */
  #read: object | null = null;
  /** Pictures that were changed, or removed (`null`), during the running read. */
  #changesDuringRead = new Map<string, Picture | null>();
  /** Pictures that are about to leave the album, with their places. They are not in the list. */
  readonly #hidden = new Map<string, HiddenPicture>();
  readonly #fetchIn: (order: AlbumOrder) => FetchPage;

  constructor(fetchIn: (order: AlbumOrder) => FetchPage) {
    this.#fetchIn = fetchIn;
  }

  /** Loads the first page, or reloads a list that is stale or older than `maxAgeMs`. */
  async open(maxAgeMs = MAX_AGE_MS): Promise<void> {
    const isLoaded = this.items.length > 0 || this.isComplete;
    if (!isLoaded && !this.#read) await this.#load('loading', () => this.#readPages(1));
    else if (isLoaded && (this.#isStale || Date.now() - this.loadedAt >= maxAgeMs))
      await this.#load(this.status, () => this.#readPages(this.#countPagesToReader()));
  }

  async loadMore(): Promise<void> {
    if (this.#read || this.isComplete) return;
    if (this.items.length === 0) return this.open();
    await this.#load('loadingMore', async () => {
      const page = await this.#readPage(this.#cursor, false);
      return { pages: [...this.#pages, page], items: [...this.items, ...page.items], ...page.next };
    });
  }

  /** Lists the pictures in another order. */
  async setOrder(order: AlbumOrder): Promise<void> {
    if (order === this.order) return;
    this.order = order;
    this.scrollPosition = null;
    this.items = [];
    this.isComplete = false;
    await this.#load('loading', () => this.#readPages(1));
  }

  expire(): void {
    this.#isStale = true;
  }

  /** Replaces a picture. Only the API decides which pictures are in the album. */
  put(picture: Picture): void {
    const index = indexOfId(this.items, picture.id);
    if (index < 0) return;
    const merged = keepOwnerDetails(this.items[index]!, picture);
    if (this.#read) this.#changesDuringRead.set(picture.id, merged);
    this.items = this.items.with(index, merged);
  }

  remove(id: string): void {
    if (this.#read) this.#changesDuringRead.set(id, null);
    this.items = without(this.items, id);
  }

  removeAll(ids: ReadonlySet<string>): void {
    if (this.#read) for (const id of ids) this.#changesDuringRead.set(id, null);
    this.items = this.items.filter(({ id }) => !ids.has(id));
  }

  /** Takes pictures out of the list until `restore` or `forget` is called. */
  hide(pictures: readonly Picture[]): void {
    const { items, order } = this;
    for (const picture of pictures) this.#hidden.set(picture.id, { picture, order, items });
    this.removeAll(new Set(pictures.map(({ id }) => id)));
  }

  /** Puts hidden pictures back in their places. */
  restore(ids: readonly string[]): void {
    const hidden = ids.flatMap((id) => this.#hidden.get(id) ?? []);
    for (const { picture, order, items } of hidden) {
      this.#hidden.delete(picture.id);
      this.#changesDuringRead.delete(picture.id);
      // In another order, the place is unknown until the list is read again.
      if (order === this.order) this.items = withInPlace(this.items, picture, items);
    }
    this.expire();
  }

  /** Forgets hidden pictures that have left the album. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#hidden.delete(id);
    this.removeAll(new Set(ids));
  }

  /** Returns the number of pages down to the last picture that has a tile. */
  #countPagesToReader(): number {
    const lastId = this.scrollPosition?.lastId;
    return (
      1 +
      Math.max(
        0,
        this.#pages.findIndex(({ ids }) => lastId && ids.has(lastId)),
      )
    );
  }

  async #load(status: ListStatus, read: () => Promise<Content>): Promise<void> {
    const current = {};
    this.#read = current;
    this.#changesDuringRead.clear();
    this.error = null;
    this.status = status;
    if (status !== 'loadingMore') {
      this.#isStale = false;
      this.loadedAt = Date.now();
    }
    try {
      const content = await read();
      if (this.#read === current) this.#show(content);
    } catch (error) {
      if (this.#read === current) this.#fail(error);
    } finally {
      if (this.#read === current) this.#read = null;
    }
  }

  #show({ pages, items, cursor }: Content): void {
    const known = new Map(this.items.map((item) => [item.id, item]));
    // A picture can be on two pages if the album changes between two requests.
    const unique = new Map(
      items.map((item) => [item.id, keepKnownDetails(known.get(item.id), item)]),
    );
    for (const [id, picture] of this.#changesDuringRead)
      if (picture && unique.has(id)) unique.set(id, picture);
      else unique.delete(id);
    for (const id of this.#hidden.keys()) unique.delete(id);
    this.items = [...unique.values()];
    this.#pages = pages;
    this.#cursor = cursor;
    this.isComplete = cursor === null;
    this.status = 'ready';
  }

  #fail(error: unknown): void {
    this.#isStale = true;
    // A failed reload leaves the list as it was.
    if (this.status === 'ready') return;
    this.error = messageOf(error);
    this.status = 'failed';
  }

  /** Reads the first `count` pages, and on until one is not empty. */
  async #readPages(count: number): Promise<Content> {
    const content: Content = { pages: [], items: [], cursor: null };
    do {
      const isFirst = content.pages.length === 0;
      const page = await this.#readPage(content.cursor, isFirst);
      content.pages.push(page);
      content.items.push(...page.items);
      content.cursor = page.next.cursor;
    } while (
      content.cursor !== null &&
      (content.pages.length < count ||
        (content.items.length === 0 && content.pages.length < MAX_EMPTY_PAGES))
    );
    return content;
  }

  async #readPage(cursor: string | null, isShort: boolean) {
    const { items, cursor: next } = await this.#fetchIn(this.order)(cursor, isShort);
    const ids: ReadonlySet<string> = new Set(items.map(({ id }) => id));
    return { cursor, isShort, ids, items, next: { cursor: next } };
  }

  /** Reads the pages with these pictures again, and takes only the URLs from the replies. */
  async #renewUrls(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const renewed = new Map<string, Picture>();
    const pages = this.#pages.filter((page) => ids.some((id) => page.ids.has(id)));
    for (const { cursor, isShort } of pages.slice(0, MAX_PAGES_PER_RENEWAL)) {
      const { items } = await this.#fetchIn(this.order)(cursor, isShort);
      for (const picture of items) renewed.set(picture.id, picture);
    }
    this.items = this.items.map((item) => withUrlsOf(renewed.get(item.id), item));
    return new Set(renewed.keys());
  }
}

interface HiddenPicture {
  picture: Picture;
  /** The list that contained the picture, and its order. */
  items: readonly Picture[];
  order: AlbumOrder;
}

/** Inserts a picture before the next one that followed it in `before`. */
function withInPlace(
  items: readonly Picture[],
  picture: Picture,
  before: readonly Picture[],
): readonly Picture[] {
  const index = indexOfId(before, picture.id);
  if (index < 0) return items;
  const places = new Map(items.map(({ id }, place) => [id, place]));
  const follower = before.slice(index + 1).find(({ id }) => places.has(id));
  return items.toSpliced(places.get(follower?.id ?? '') ?? items.length, 0, picture);
}

interface Content {
  pages: LoadedPage[];
  items: Picture[];
  cursor: string | null;
}
