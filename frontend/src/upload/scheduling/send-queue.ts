import pLimit from 'p-limit';

interface Job {
  order: number;
  run: () => Promise<void>;
}

/** Runs a few jobs at a time. Of the waiting jobs, the one with the lowest `order` starts first. */
export class SendQueue {
  #limit: ReturnType<typeof pLimit>;
  #waiting: Job[] = [];

  constructor(concurrency: number) {
    this.#limit = pLimit(concurrency);
  }

  /** Runs `work` when it is its turn. Rejects without running it if `signal` aborts before that. */
  run<Result>(order: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#remove(job);
        reject(signal.reason);
      };
      const job: Job = {
        order,
        run: () => {
          signal.removeEventListener('abort', leave);
          return work().then(resolve, reject);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(job);
      void this.#limit(() => this.#runNext());
    });
  }

  /** Runs nothing if the job that asked for this turn has left the queue. */
  async #runNext(): Promise<void> {
    const [first, ...others] = this.#waiting;
    if (!first) return;
    const next = others.reduce((lowest, job) => (job.order < lowest.order ? job : lowest), first);
    this.#remove(next);
    await next.run();
  }

  #remove(job: Job): void {
    this.#waiting = this.#waiting.filter((other) => other !== job);
  }
}
