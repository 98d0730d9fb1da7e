/** The time in which pictures are collected for one renewal, in milliseconds. */
const COLLECTION_MS = 50;

/** Reads pictures again. Returns the ids of those that have new URLs. */
type Renew = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

/** Replaces expired image URLs. Pictures that need new URLs at the same time share one request. */
export class UrlRenewal {
  /** The pictures of the next renewal, with the URL to replace. */
  #wanted = new Map<string, string>();
  #next: Promise<ReadonlySet<string>> | null = null;
  /** The last renewal. The next one waits for it, because it can contain the same pictures. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly renew: Renew,
    /** Returns the current URL of a picture's image. */
    private readonly urlOf: (id: string) => string | undefined,
  ) {}

  /**
   * Replaces the URL of a picture's image. Returns `false` if the list no longer has the picture.
   */
  async replace(id: string, url: string): Promise<boolean> {
    this.#wanted.set(id, url);
    this.#next ??= this.#collect();
    return (await this.#next).has(id) || this.#isReplaced(id, url);
  }

  async #collect(): Promise<ReadonlySet<string>> {
    const previous = this.#last;
    await new Promise((resolve) => setTimeout(resolve, COLLECTION_MS));
    await previous;
    const wanted = [...this.#wanted].filter(([id, url]) => !this.#isReplaced(id, url));
    this.#wanted.clear();
    this.#next = null;
    if (wanted.length === 0) return new Set();
    const renewal = this.renew(wanted.map(([id]) => id));
    this.#last = renewal.catch(() => undefined);
    return renewal;
  }

  #isReplaced(id: string, url: string): boolean {
    const current = this.urlOf(id);
    return current !== undefined && current !== url;
  }
}
