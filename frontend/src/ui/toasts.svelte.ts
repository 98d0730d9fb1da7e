import { untrack } from 'svelte';

/** What a toast offers to do. */
export interface Action {
  label: string;
  run: () => void;
}

/** Short messages at the foot of the page; one may offer to take back what was done, or to do something else. */
export interface Toast {
  id: number;
  text: string;
  /** Takes it back; the toast goes. */
  undo?: () => void;
  action?: Action;
}

/** Milliseconds that a toast stays. What can be taken back waits longer, and for as long as it has the pointer or the focus. */
const STAYS = 5_000;
export const STAYS_WITH_UNDO = 8_000;

/** `atOnce`: the page is left or the person signs out, so there is no time to lose. */
type OnGone = (atOnce: boolean) => void;

class Toasts {
  items = $state.raw<readonly Toast[]>([]);
  #next = 0;
  #timers = new Map<
    number,
    { timer: ReturnType<typeof setTimeout> | undefined; stays: number; onGone?: OnGone }
  >();

  /** Shows `text`. `onGone` is called when it goes without having been taken back. With `stays` it goes only when it is closed. */
  show(
    text: string,
    options: { undo?: () => void; action?: Action; stays?: boolean; onGone?: OnGone } = {},
  ): number {
    const id = this.#next++;
    const { undo, action, stays, onGone } = options;
    this.items = [
      ...this.items,
      {
        id,
        text,
        ...(undo && { undo: () => this.#takeBack(id, undo) }),
        ...(action && { action }),
      },
    ];
    this.#start(id, stays ? Infinity : undo ? STAYS_WITH_UNDO : STAYS, onGone);
    return id;
  }

  /** Takes it away now. */
  dismiss(id: number): void {
    this.#go(id, true);
  }

  /** Everything that waits happens now: the page is left, or somebody else's turn begins. What concerns nobody in particular stays. */
  flush(): void {
    // Whoever calls this from an effect does not want to be called again for each toast.
    untrack(() =>
      [...this.#timers]
        .filter(([, { stays }]) => stays !== Infinity)
        .forEach(([id]) => this.#go(id, true, true)),
    );
  }

  /** The pointer or the focus is on it. */
  hold(id: number): void {
    const waiting = this.#timers.get(id);
    if (waiting) clearTimeout(waiting.timer);
  }

  release(id: number): void {
    const waiting = this.#timers.get(id);
    if (waiting) this.#start(id, waiting.stays === Infinity ? Infinity : STAYS, waiting.onGone);
  }

  #start(id: number, stays: number, onGone: OnGone | undefined): void {
    const timer = stays === Infinity ? undefined : setTimeout(() => this.#go(id, true), stays);
    this.#timers.set(id, { timer, stays, ...(onGone && { onGone }) });
  }

  #takeBack(id: number, undo: () => void): void {
    this.#go(id, false);
    undo();
  }

  #go(id: number, happened: boolean, atOnce = false): void {
    const waiting = this.#timers.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#timers.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
    if (happened) waiting.onGone?.(atOnce);
  }
}

export const toasts = new Toasts();
