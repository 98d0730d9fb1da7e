/** How long the rest will take, where that can be told at all. */

interface Sample {
  /** Milliseconds. */
  at: number;
  bytes: number;
}

/** Milliseconds: what is older says nothing about now, what is shorter says nothing at all. */
const WINDOW = 20_000;
const ENOUGH = 6_000;
/** The two halves of what was seen may differ by this factor; else nobody can know. */
const STEADY = 2;

export class Rate {
  #samples: Sample[] = [];

  /** So many bytes have arrived by now. Fewer than before: begin anew. */
  add(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.clear();
    this.#samples.push({ at, bytes });
    while (this.#samples[0]!.at < at - WINDOW) this.#samples.shift();
  }

  /** It was paused or cut: what was seen does not hold any more. */
  clear(): void {
    this.#samples = [];
  }

  /** Seconds that `bytes` more will take; null where that cannot be told. */
  secondsFor(bytes: number): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at - first.at < ENOUGH) return null;
    const middle = this.#samples.find(({ at }) => at >= (first.at + last.at) / 2)!;
    const [early, late] = [speed(first, middle), speed(middle, last)];
    if (early <= 0 || late <= 0 || early > late * STEADY || late > early * STEADY) return null;
    return bytes / speed(first, last);
  }
}

const speed = (from: Sample, to: Sample) =>
  to.at > from.at ? ((to.bytes - from.bytes) * 1000) / (to.at - from.at) : 0;
