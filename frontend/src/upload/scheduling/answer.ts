import { abortable } from './abortable';

/** An answer of the person that an upload waits for. */
export class Answer {
  #resolve: () => void = () => undefined;

  give(): void {
    this.#resolve();
  }

  /** Resolves with the next answer. Rejects if `signal` aborts before that. */
  wait(signal: AbortSignal): Promise<void> {
    const answer = new Promise<void>((resolve) => (this.#resolve = resolve));
    return abortable(answer, signal);
  }
}
