interface Sample {
  /** Milliseconds. */
  time: number;
  /** Sum of all bytes up to `time`. */
  bytes: number;
}

/** Milliseconds: the age up to which samples count, and the shortest span for an estimate. */
const MAX_AGE_MS = 20_000;
const MIN_SPAN_MS = 6_000;
/** The maximum ratio between the rates of both halves of the samples. */
const MAX_RATIO = 2;

/** Estimates the remaining time of a transfer from its recent rate. */
export class TransferRate {
  #samples: Sample[] = [];

  /** Starts again if `bytes` is less than before. */
  add(bytes: number, time: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.clear();
    this.#samples.push({ time, bytes });
    while (this.#samples[0]!.time < time - MAX_AGE_MS) this.#samples.shift();
  }

  clear(): void {
    this.#samples = [];
  }

  /** Returns the seconds that `bytes` more take. Returns `null` if the rate is not steady. */
  secondsFor(bytes: number): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.time - first.time < MIN_SPAN_MS) return null;
    const middle = this.#samples.find(({ time }) => time >= (first.time + last.time) / 2)!;
    const early = rateBetween(first, middle);
    const late = rateBetween(middle, last);
    const isSteady = early <= late * MAX_RATIO && late <= early * MAX_RATIO;
    if (early <= 0 || late <= 0 || !isSteady) return null;
    return bytes / rateBetween(first, last);
  }
}

/** In bytes per second. */
const rateBetween = (from: Sample, to: Sample) =>
  to.time > from.time ? ((to.bytes - from.bytes) * 1000) / (to.time - from.time) : 0;
