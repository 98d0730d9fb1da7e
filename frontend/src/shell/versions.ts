/** What a tab can do about a new version of the app. */
interface Means {
  /** Says so; `take` is what the person may press. Gives what takes the offer away again. */
  offer: (take: () => void) => () => void;
  /** Makes the one that waits take over, in every tab. */
  takeOver: () => void;
  reload: () => void;
}

/** Offers a new version once; and again where another tab has taken it: what this one would still load is kept no longer. */
export class Versions {
  #withdraw: (() => void) | null = null;
  #asked = false;
  #taken = false;

  constructor(private readonly means: Means) {}

  waiting(): void {
    this.#taken = false;
    this.#withdraw ??= this.means.offer(() => this.#take());
  }

  /** The new version looks after this tab, because somebody asked for it here or elsewhere. */
  controlling(): void {
    if (this.#asked) return this.means.reload();
    this.#taken = true;
    this.#withdraw?.();
    this.#withdraw = this.means.offer(() => this.#take());
  }

  #take(): void {
    if (this.#taken) return this.means.reload();
    this.#asked = true;
    this.means.takeOver();
  }
}
