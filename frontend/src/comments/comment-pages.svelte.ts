import { messageOf } from '../api/errors';
import type { Comment, Page } from '../api/types';

/** The maximum number of pages that `loadAll` reads. */
const MAX_PAGES = 20;

/** The result of a read: superseded by a later one, successful (`error` is `null`), or failed. */
interface ReadResult {
  superseded: boolean;
  error: string | null;
}
const SUPERSEDED: ReadResult = { superseded: true, error: null };

/** The comments on one picture, oldest first, read page by page and updated by live messages. */
export class CommentPages {
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  error = $state<string | null>(null);

  /** All known comments. Their ids are UUIDv7, so they sort by time. */
  #known = $state.raw<readonly Comment[]>([]);
  #cursor = $state.raw<string | null>(null);
  /** The id of the last comment on the pages read so far. */
  #lastLoadedId = $state.raw('');
  readonly hasMore = $derived(this.#cursor !== null);
  /** The comments on the pages read so far. */
  readonly loaded = $derived(
    this.hasMore ? this.#known.filter(({ id }) => id <= this.#lastLoadedId) : this.#known,
  );
  /** The new comments that come after the pages not read yet. */
  readonly recent = $derived(
    this.hasMore ? this.#known.filter(({ id }) => id > this.#lastLoadedId) : [],
  );

  #pageCount = 0;
  #latestRead = 0;
  /** The comments added during a read, which its reply can lack. */
  #addedWhileReading = new Map<string, Comment>();
  #removedIds = new Set<string>();
  #loadingAll: Promise<unknown> = Promise.resolve();

  constructor(private readonly fetchPage: (cursor: string | null) => Promise<Page<Comment>>) {}

  /** Reads the pages again that were read before, or the first one. */
  async load(): Promise<void> {
    await this.#read(null, [], Math.max(1, this.#pageCount));
  }

  async loadMore(): Promise<void> {
    if (this.#cursor !== null) await this.#read(this.#cursor, this.loaded, 1);
  }

  /**
   * Reads up to `MAX_PAGES` pages and returns an error message, or `null`. Calls run one after
   * another, because two at a time would supersede each other forever.
   */
  loadAll(): Promise<string | null> {
    const loading = this.#loadingAll.then(async () => {
      let result: ReadResult;
      do result = await this.#read(null, [], MAX_PAGES);
      while (result.superseded);
      return result.error;
    });
    this.#loadingAll = loading;
    return loading;
  }

  some(matches: (comment: Comment) => boolean): boolean {
    return this.#known.some(matches);
  }

  isRemoved(id: string): boolean {
    return this.#removedIds.has(id);
  }

  add(comment: Comment): void {
    if (this.#removedIds.has(comment.id)) return;
    this.#addedWhileReading.set(comment.id, comment);
    this.#known = sortUnique([...this.#known, comment]);
  }

  remove(id: string): void {
    this.#removedIds.add(id);
    this.#known = this.#known.filter((comment) => comment.id !== id);
  }

  /** Reads at least `minPages` pages from `cursor` on and appends them to `before`. */
  async #read(
    cursor: string | null,
    before: readonly Comment[],
    minPages: number,
  ): Promise<ReadResult> {
    const read = (this.#latestRead += 1);
    this.status = 'loading';
    this.error = null;
    this.#addedWhileReading = new Map();
    try {
      const pages = await this.#fetchPages(cursor, minPages, read);
      if (!pages) return SUPERSEDED;
      this.#show([...before, ...pages.items], pages.cursor);
      this.#pageCount = cursor === null ? pages.count : this.#pageCount + pages.count;
      this.status = 'ready';
    } catch (error) {
      if (read !== this.#latestRead) return SUPERSEDED;
      this.error = messageOf(error);
      this.status = 'failed';
    }
    return { superseded: false, error: this.error };
  }

  /** Fetches pages until they contain a comment. Returns `null` if a later read has started. */
  async #fetchPages(start: string | null, minPages: number, read: number) {
    const items: Comment[] = [];
    let cursor = start;
    let count = 0;
    do {
      const page = await this.fetchPage(cursor);
      if (read !== this.#latestRead) return null;
      items.push(...page.items);
      cursor = page.cursor;
      count += 1;
    } while (cursor !== null && (count < minPages || items.length === 0));
    return { items, cursor, count };
  }

  /** Replaces the comments, except the later ones and the ones added during the read. */
  #show(loaded: readonly Comment[], cursor: string | null): void {
    const lastId = loaded.at(-1)?.id ?? '';
    const later = cursor === null ? [] : this.#known.filter(({ id }) => id > lastId);
    const comments = [...loaded, ...later, ...this.#addedWhileReading.values()];
    this.#known = sortUnique(comments.filter(({ id }) => !this.#removedIds.has(id)));
    this.#cursor = cursor;
    this.#lastLoadedId = lastId;
  }
}

/** Returns the comments oldest first, each once. */
function sortUnique(comments: readonly Comment[]): readonly Comment[] {
  const unique = [...new Map(comments.map((comment) => [comment.id, comment])).values()];
  return unique.sort((a, b) => (a.id < b.id ? -1 : 1));
}
