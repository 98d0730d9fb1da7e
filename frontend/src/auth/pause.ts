/** What waits until somebody decides whether it goes on. */
export class Pause {
  #waiting: ((goOn: boolean) => void)[] = [];

  /** Whether to go on, once that is decided. */
  wait(): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  end(goOn: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(goOn);
  }
}
