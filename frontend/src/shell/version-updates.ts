interface Actions {
  /** Offers a new version to the person. Returns a function that withdraws the offer. */
  offer: (accept: () => void) => () => void;
  /** Makes the waiting service worker take control of all tabs. */
  activate: () => void;
  reload: () => void;
}

/**
 * Offers a new version once. Offers it again if another tab has accepted it, because the service
 * worker no longer caches the files of this tab's version.
 */
export class VersionUpdates {
  #withdrawOffer: (() => void) | null = null;
  #isAccepted = false;
  /** Whether the service worker of the new version controls this tab. */
  #isActive = false;

  constructor(private readonly actions: Actions) {}

  /** Handles a new service worker that waits. */
  handleWaiting(): void {
    this.#isActive = false;
    this.#withdrawOffer ??= this.actions.offer(() => this.#accept());
  }

  /** Handles a new service worker that controls this tab, after this or another tab accepted it. */
  handleControlling(): void {
    if (this.#isAccepted) return this.actions.reload();
    this.#isActive = true;
    this.#withdrawOffer?.();
    this.#withdrawOffer = this.actions.offer(() => this.#accept());
  }

  #accept(): void {
    if (this.#isActive) return this.actions.reload();
    this.#isAccepted = true;
    this.actions.activate();
  }
}
