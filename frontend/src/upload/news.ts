/** Waiting for what may be told: a sleep that ends early when there is news of what it is about. */
export class News {
  #sleepers = new Map<string, () => void>();
  /** What was told while nobody waited for it. */
  #early = new Set<string>();

  /** Waits `ms`, or until there is news of `id`; not at all if there was already. */
  sleep(id: string, ms: number): Promise<void> {
    if (this.#early.delete(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#sleepers.delete(id);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#sleepers.set(id, end);
    });
  }

  tell(id: string): void {
    const wake = this.#sleepers.get(id);
    if (wake) wake();
    else this.#early.add(id);
  }

  /** Everybody looks now. */
  tellAll(): void {
    for (const wake of [...this.#sleepers.values()]) wake();
  }

  forget(id: string): void {
    this.#early.delete(id);
  }
}
