/** The time in which pictures are collected for one renewal, in milliseconds. */
const COLLECTION_MS = 50;

/** Reads pictures again. Returns the ids of those that have new addresses. */
type Renew = (ids: readonly string[]) => Promise<ReadonlySet<string>>;

/** Renews the addresses of images that have expired: of many pictures with one request. */
export class AddressRenewal {
  /** The pictures of the next renewal, with the address to replace. */
  #wanted = new Map<string, string>();
  #next: Promise<ReadonlySet<string>> | null = null;
  /** The last renewal. The next one waits for it, because it can contain the same pictures. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly renew: Renew,
    /** Returns the present address of a picture. */
    private readonly addressOf: (id: string) => string | undefined,
  ) {}

  /** Replaces the address of a picture. Returns `false` if the list no longer has the picture. */
  async replace(id: string, address: string): Promise<boolean> {
    this.#wanted.set(id, address);
    this.#next ??= this.#collect();
    return (await this.#next).has(id) || this.#isReplaced(id, address);
  }

  async #collect(): Promise<ReadonlySet<string>> {
    const previous = this.#last;
    await new Promise((resolve) => setTimeout(resolve, COLLECTION_MS));
    await previous;
    const wanted = [...this.#wanted].filter(([id, address]) => !this.#isReplaced(id, address));
    this.#wanted.clear();
    this.#next = null;
    if (wanted.length === 0) return new Set();
    const renewal = this.renew(wanted.map(([id]) => id));
    this.#last = renewal.catch(() => undefined);
    return renewal;
  }

  #isReplaced(id: string, address: string): boolean {
    const present = this.addressOf(id);
    return present !== undefined && present !== address;
  }
}
