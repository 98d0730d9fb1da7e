import { sentence } from '../api/errors';
import type { Page, Picture } from '../api/types';
import { goodUntil } from '../picture/expiry';
import { indexOf, placed, union, without } from './sorted';

/** Milliseconds after which a list that is looked at again is read anew. Rendition URLs are valid far longer. */
const STALE_AFTER = 60_000;
/** Milliseconds before its end at which an address is no longer kept. */
const RENEW_BEFORE = 10 * 60_000;
/** Pages without a single visible picture that are read on through in one go. */
const MOST_EMPTY_PAGES = 5;

export type CollectionStatus = 'idle' | 'loading' | 'loadingMore' | 'ready' | 'failed';

/** Where a reader is in a list. */
export interface Place {
  /** The first picture on the screen, and the pixels of its upper edge below the screen's. */
  id: string;
  top: number;
  /** The last picture that is needed near the screen. */
  last: string;
}

/** Reads one page, from the newest or from a cursor; `few`: a screen of it. */
export type FetchPage = (cursor: string | null, few: boolean) => Promise<Page>;

/** One endless list of pictures, newest first, as far as it has been read. */
export class Collection {
  items = $state.raw<readonly Picture[]>([]);
  status = $state<CollectionStatus>('idle');
  error = $state<string | null>(null);
  /** Whether the end has been reached. */
  complete = $state(false);
  /** Null at the top. */
  place: Place | null = null;

  #cursor: string | null = null;
  /** When what is there was read; milliseconds. */
  readAt = 0;

  #reading = $state(false);
  /** Whether what was read may be out of date, and whether it is to be read anew after the read that is under way. */
  #expired = false;
  #again = false;
  /** What was put in (or taken out: null) since the read that is under way began: it is newer than the reply. */
  #meanwhile = new Map<string, Picture | null>();
  readonly #fetchPage: FetchPage;
  readonly #accepts: (picture: Picture) => boolean;

  constructor(fetchPage: FetchPage, accepts: (picture: Picture) => boolean) {
    this.#fetchPage = fetchPage;
    this.#accepts = accepts;
  }

  /** Reads the first page where there is none yet; what has grown older than `lasts` is read anew, as far as the reader is. */
  async open(lasts = STALE_AFTER): Promise<void> {
    if (this.#reading) {
      this.#again = this.#expired;
      return;
    }
    if (this.items.length === 0 && !this.complete) await this.#run(() => this.#readOn());
    else if (this.#expired || Date.now() - this.readAt >= lasts) await this.#renew();
  }

  /** Reads on, if there is more; after a failure it tries again. */
  async more(): Promise<void> {
    if (this.#reading || this.complete) return;
    await this.#run(() => this.#readOn());
  }

  /** What was read may be out of date: it is read anew when the list is opened next. */
  expire(): void {
    this.#expired = true;
  }

  /** A picture is new or has changed: it goes where it belongs, or out. */
  put(picture: Picture): void {
    if (this.status === 'idle') return; // it will be read
    if (!this.#accepts(picture)) return this.remove(picture.id);
    const known = this.items[indexOf(this.items, picture.id)];
    const full = known ? keepPrivate(known, picture) : picture;
    if (this.#reading) this.#meanwhile.set(picture.id, full);
    this.items = placed(this.items, full, this.complete);
  }

  remove(id: string): void {
    if (this.#reading) this.#meanwhile.set(id, null);
    if (indexOf(this.items, id) >= 0) this.items = without(this.items, id);
  }

  /** Several at once, in one step. */
  removeAll(ids: ReadonlySet<string>): void {
    if (this.#reading) for (const id of ids) this.#meanwhile.set(id, null);
    this.items = this.items.filter(({ id }) => !ids.has(id));
  }

  async #readOn(): Promise<void> {
    if (this.items.length === 0) this.#begin();
    this.status = this.items.length === 0 ? 'loading' : 'loadingMore';
    // A person waits for what comes first of all; later there is something to look at meanwhile.
    const { items, cursor } = await this.#visiblePage(this.#cursor, this.#cursor === null);
    this.#take(union(this.items, items), cursor);
  }

  /** Reads from the start to where the reader is. What comes after that is read again when it is needed. */
  async #renew(): Promise<void> {
    const until = this.place?.last;
    await this.#run(async () => {
      this.#begin();
      let { items, cursor } = await this.#visiblePage(null);
      while (cursor !== null && until !== undefined && items.at(-1)! && items.at(-1)!.id > until) {
        const page = await this.#visiblePage(cursor);
        items = [...items, ...page.items];
        cursor = page.cursor;
      }
      const known = new Map(this.items.map((item) => [item.id, item]));
      this.#take(
        union(
          [],
          items.map((item) => keep(known.get(item.id), item)),
        ),
        cursor,
      );
    });
  }

  /** What is read from here on is up to date. */
  #begin(): void {
    this.#expired = false;
    this.readAt = Date.now();
  }

  /** One read at a time. */
  async #run(read: () => Promise<void>): Promise<void> {
    const before = this.status;
    this.#reading = true;
    this.#again = false;
    this.error = null;
    try {
      await read();
      this.status = 'ready';
    } catch (error) {
      this.#expired = true;
      this.#again = false;
      // What was to be read anew stays as it is until the next occasion.
      if (before === 'ready' && this.status === 'ready') return;
      this.error = sentence(error);
      this.status = 'failed';
    } finally {
      this.#reading = false;
      this.#meanwhile.clear();
    }
    if (this.#again) await this.#renew();
  }

  #take(items: readonly Picture[], cursor: string | null): void {
    const complete = cursor === null;
    for (const [id, picture] of this.#meanwhile)
      items = picture ? placed(items, picture, complete) : without(items, id);
    this.#meanwhile.clear();
    this.items = items;
    this.#cursor = cursor;
    this.complete = complete;
  }

  async #visiblePage(cursor: string | null, few = false): Promise<Page> {
    let page = await this.#fetchPage(cursor, few);
    for (
      let read = 1;
      page.items.length === 0 && page.cursor !== null && read < MOST_EMPTY_PAGES;
      read += 1
    ) {
      page = await this.#fetchPage(page.cursor, false);
    }
    return page;
  }
}

/** What only the owner is told is kept where the newer word comes from a place where nobody is told it. */
function keepPrivate({ original, gps }: Picture, picture: Picture): Picture {
  return {
    ...picture,
    ...(original && !picture.original && { original }),
    ...(gps && !picture.gps && { gps }),
  };
}

/** Of a picture that is read anew: prints that are the same are not loaded again while their address is good. */
function keep(known: Picture | undefined, picture: Picture): Picture {
  if (!known) return picture;
  const small = known.renditions?.small;
  const same =
    small &&
    small.bytes === picture.renditions?.small?.bytes &&
    goodUntil(small.url) > Date.now() + RENEW_BEFORE;
  return keepPrivate(known, same ? { ...picture, renditions: known.renditions! } : picture);
}
