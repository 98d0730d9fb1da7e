/**
 * The times after a live message at which the inbox is loaded, because another function writes its
 * notification at about the same time.
 */
const LOAD_DELAYS_MS = [1_000, 4_000];
/** The time of the last load for a message. Its notification can be missing then. */
const LAST_LOAD_DELAY_MS = 12_000;
/** The interval of loads for messages that rarely concern the member. */
const UNLIKELY_INTERVAL_MS = 10_000;

/** Decides when to load the inbox after live messages, because notifications are not pushed. */
export class InboxPoller {
  /** A running timer is never postponed, however many messages arrive. */
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** The time of each message whose notification is missing. Both have the same id. */
  #awaited = new Map<string, number>();
  /** Whether an unlikely message arrived while the load for an earlier one was due. */
  #loadAgain = false;

  constructor(private readonly load: () => void) {}

  /** Loads the inbox several times until it contains the notification with this id. */
  waitFor(id: string): void {
    this.#awaited.set(id, Date.now());
    for (const delayMs of LOAD_DELAYS_MS)
      this.#schedule(`${delayMs}`, delayMs, () => this.#awaited.size > 0 && this.load());
    this.#schedule('last', LAST_LOAD_DELAY_MS, () => this.#loadLast());
  }

  /** Loads the inbox later, at most once per interval for any number of calls. */
  loadEventually(): void {
    this.#loadAgain = this.#timers.has('unlikely');
    this.#schedule('unlikely', UNLIKELY_INTERVAL_MS, () => {
      this.load();
      if (this.#loadAgain) this.loadEventually();
    });
  }

  /** Stops waiting for these notifications. */
  markFound(notifications: readonly { id: string }[]): void {
    for (const { id } of notifications) this.#awaited.delete(id);
  }

  dispose(): void {
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
    this.#awaited.clear();
    this.#loadAgain = false;
  }

  #loadLast(): void {
    if (this.#awaited.size === 0) return;
    this.load();
    const now = Date.now();
    for (const [id, receivedAt] of this.#awaited)
      if (receivedAt <= now - LAST_LOAD_DELAY_MS) this.#awaited.delete(id);
    if (this.#awaited.size === 0) return;
    const oldest = Math.min(...this.#awaited.values());
    this.#schedule('last', oldest + LAST_LOAD_DELAY_MS - now, () => this.#loadLast());
  }

  #schedule(name: string, delayMs: number, run: () => void): void {
    if (this.#timers.has(name)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      run();
    }, delayMs);
    this.#timers.set(name, timer);
  }
}
