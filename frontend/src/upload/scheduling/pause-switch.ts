import { abortable } from './abortable';

/** Pauses and resumes work: by choice of the person, or while the browser is offline. */
export class PauseSwitch {
  #interruption = new AbortController();
  #waiters: (() => void)[] = [];

  get isPaused(): boolean {
    return this.#interruption.signal.aborted;
  }

  /** Aborts at the next pause. Each resumption replaces it. */
  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  pause(): void {
    this.#interruption.abort(new DOMException('paused', 'AbortError'));
  }

  resume(): void {
    if (!this.isPaused) return;
    this.#interruption = new AbortController();
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Resolves when the switch is not paused. Rejects if `signal` aborts before that. */
  async untilResumed(signal: AbortSignal): Promise<void> {
    while (this.isPaused) {
      const resumption = new Promise<void>((resolve) => this.#waiters.push(resolve));
      await abortable(resumption, signal);
    }
  }
}
