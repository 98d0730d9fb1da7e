/** Those who wait for what may be told: a sleep that ends early when its subject wakes it. */
export class Sleepers {
  #wakers = new Map<string, () => void>();
  /** What was told while nobody waited for it. */
  #early = new Set<string>();

  /** Waits `ms`, or until `id` is woken; not at all if it was already. */
  sleep(id: string, ms: number): Promise<void> {
    if (this.#early.delete(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#wakers.delete(id);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#wakers.set(id, end);
    });
  }

  wake(id: string): void {
    const wake = this.#wakers.get(id);
    if (wake) wake();
    else this.#early.add(id);
  }

  /** Everybody looks now. */
  wakeAll(): void {
    for (const wake of [...this.#wakers.values()]) wake();
  }

  forget(id: string): void {
    this.#early.delete(id);
  }
}
