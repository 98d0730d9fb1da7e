/** Timers with a key, which end early when their key is woken. */
export class WakeableTimers {
  #endings = new Map<string, () => void>();
  /** Keys that were woken while no timer ran for them. */
  #wokenEarly = new Set<string>();

  /**
   * Resolves after `ms`, when `key` is woken or when `signal` aborts.
   * Resolves at once if `key` was woken before.
   */
  sleep(key: string, ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#wokenEarly.delete(key) || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        this.#endings.delete(key);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
      this.#endings.set(key, end);
    });
  }

  /** Ends the timer of `key`, or its next one if none runs. */
  wake(key: string): void {
    const end = this.#endings.get(key);
    if (end) end();
    else this.#wokenEarly.add(key);
  }

  wakeAll(): void {
    for (const end of [...this.#endings.values()]) end();
  }

  forget(key: string): void {
    this.#wokenEarly.delete(key);
  }
}
