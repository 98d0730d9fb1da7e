import { sentence } from '../api/errors';
import type { Page, Picture } from '../api/types';

/** Milliseconds after which a list that is looked at again is read anew. Rendition URLs are valid far longer. */
const STALE_AFTER = 60_000;
/** Pages without a single visible picture that are read on through in one go. */
const MOST_EMPTY_PAGES = 5;

export type CollectionStatus = 'idle' | 'loading' | 'loadingMore' | 'ready' | 'failed';

/** One endless list of pictures, newest first, as far as it has been read. */
export class Collection {
  items = $state.raw<readonly Picture[]>([]);
  status = $state<CollectionStatus>('idle');
  error = $state<string | null>(null);
  /** Whether the end has been reached. */
  complete = $state(false);

  #cursor: string | null = null;
  #readAt = 0;
  readonly #fetchPage: (cursor: string | null) => Promise<Page>;
  readonly #accepts: (picture: Picture) => boolean;

  constructor(fetchPage: (cursor: string | null) => Promise<Page>, accepts: (picture: Picture) => boolean) {
    this.#fetchPage = fetchPage;
    this.#accepts = accepts;
  }

  /** Reads the first page where there is none yet or it has grown old. */
  async open(): Promise<void> {
    if (this.#busy || (this.status === 'ready' && Date.now() - this.#readAt < STALE_AFTER)) return;
    await this.#read(true);
  }

  /** Reads on, if there is more; after a failure it tries again. */
  async more(): Promise<void> {
    if (this.#busy || this.complete) return;
    await this.#read(this.items.length === 0);
  }

  /** A picture is new or has changed: it goes where it belongs, or out. */
  put(picture: Picture): void {
    const at = this.items.findIndex((item) => item.id === picture.id);
    if (!this.#accepts(picture)) {
      if (at >= 0) this.remove(picture.id);
      return;
    }
    if (at >= 0) this.items = this.items.with(at, picture);
    else this.items = insert(this.items, picture, this.complete || this.items.length === 0);
    if (this.status === 'idle') void this.open();
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  get #busy(): boolean {
    return this.status === 'loading' || this.status === 'loadingMore';
  }

  async #read(fromStart: boolean): Promise<void> {
    const before = this.items;
    this.status = fromStart && before.length === 0 ? 'loading' : 'loadingMore';
    this.error = null;
    try {
      const { items, cursor } = await this.#visiblePage(fromStart ? null : this.#cursor);
      // What was put in meanwhile stays: it is newer than the reply.
      const meanwhile = this.items.filter((item) => !before.includes(item));
      this.items = merge(fromStart ? items : [...before, ...items], meanwhile);
      this.#cursor = cursor;
      this.complete = cursor === null;
      this.#readAt = Date.now();
      this.status = 'ready';
    } catch (error) {
      this.error = sentence(error);
      this.status = 'failed';
    }
  }

  async #visiblePage(cursor: string | null): Promise<Page> {
    let page = await this.#fetchPage(cursor);
    for (let read = 1; page.items.length === 0 && page.cursor !== null && read < MOST_EMPTY_PAGES; read += 1) {
      page = await this.#fetchPage(page.cursor);
    }
    return page;
  }
}

/** Newest first: the ids are UUIDv7, so they sort by time. */
const newerThan = (a: Picture, b: Picture) => a.id > b.id;

/** Puts `picture` in its place; older than all that has been read, it will come with its page, unless this is the end. */
function insert(items: readonly Picture[], picture: Picture, atEnd: boolean): readonly Picture[] {
  const at = items.findIndex((item) => newerThan(picture, item));
  if (at >= 0) return items.toSpliced(at, 0, picture);
  return atEnd ? [...items, picture] : items;
}

/** No picture twice, as pages overlap when the list changes between them. */
function merge(items: readonly Picture[], extra: readonly Picture[]): readonly Picture[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const item of extra) byId.set(item.id, item);
  const merged = [...byId.values()];
  return extra.length === 0 ? merged : merged.sort((a, b) => (newerThan(a, b) ? -1 : 1));
}
