/** Milliseconds after a live message at which the list is read: what the message is about may still be on its way there. */
const LOOKS = [1_000, 4_000];
/** The last time, for what is not there by then. */
const LAST_LOOK = 12_000;
/** Between two looks for what probably concerns others: everybody is told of each picture that is shown to everyone. */
const LOOK_FOR_OTHERS = 10_000;

/** When the list is looked at, after something was told: often enough to see what comes, and no more than that. */
export class InboxPoller {
  /** By what they wait for: one that runs is never put off, however much is told meanwhile. */
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What was told, when, and is not in the list yet: an entry has the id of its message. */
  #awaited = new Map<string, number>();
  /** More was told that probably concerns others, while the look for it was waited for. */
  #again = false;

  constructor(private readonly look: () => void) {}

  /** This was told: looks several times, ever later, until all of it is there; some may never come. */
  await(id: string): void {
    this.#awaited.set(id, Date.now());
    for (const delay of LOOKS)
      this.#after(`${delay}`, delay, () => this.#awaited.size > 0 && this.look());
    this.#after('last', LAST_LOOK, () => this.#lookLast());
  }

  /** Something was told that probably concerns others. */
  lookNowAndThen(): void {
    this.#again = this.#timers.has('others'); // what is told at the end of the wait may not be there at its end
    this.#after('others', LOOK_FOR_OTHERS, () => {
      this.look();
      if (this.#again) this.lookNowAndThen();
    });
  }

  /** These are there. */
  found(items: readonly { id: string }[]): void {
    for (const { id } of items) this.#awaited.delete(id);
  }

  end(): void {
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
    this.#awaited.clear();
    this.#again = false;
  }

  #lookLast(): void {
    if (this.#awaited.size === 0) return;
    this.look();
    const now = Date.now();
    for (const [id, told] of this.#awaited) if (told <= now - LAST_LOOK) this.#awaited.delete(id);
    const next = Math.min(...this.#awaited.values());
    if (next < Infinity) this.#after('last', next + LAST_LOOK - now, () => this.#lookLast());
  }

  #after(name: string, delay: number, run: () => void): void {
    if (this.#timers.has(name)) return;
    const timer = setTimeout(() => (this.#timers.delete(name), run()), delay);
    this.#timers.set(name, timer);
  }
}
