import { untrack } from 'svelte';

/** An additional button of a toast. */
export interface ToastAction {
  label: string;
  run: () => void;
}

/** A short message at the bottom of the page. */
export interface Toast {
  id: number;
  text: string;
  /** Closes the toast and reverses the action that it reports. */
  undo?: () => void;
  action?: ToastAction;
}

/**
 * Runs when a toast closes without undo. `immediately` is set if the person leaves the page or
 * signs out, so no time remains.
 */
type OnClose = (immediately: boolean) => void;

export interface ToastOptions {
  undo?: () => void;
  action?: ToastAction;
  /** Whether the toast is visible until the person closes it. */
  persistent?: boolean;
  onClose?: OnClose;
}

interface Countdown {
  timer: ReturnType<typeof setTimeout> | undefined;
  persistent: boolean;
  onClose: OnClose | undefined;
}

const TOAST_MS = 5_000;
export const UNDO_TOAST_MS = 8_000;

class Toasts {
  items = $state.raw<readonly Toast[]>([]);
  #nextId = 0;
  #countdowns = new Map<number, Countdown>();

  /** Shows a message and returns the id of its toast. */
  show(text: string, options: ToastOptions = {}): number {
    const { undo, action, persistent = false, onClose } = options;
    const id = this.#nextId++;
    const toast: Toast = { id, text };
    if (undo) toast.undo = () => this.#undo(id, undo);
    if (action) toast.action = action;
    this.items = [...this.items, toast];
    this.#countdowns.set(id, { timer: undefined, persistent, onClose });
    this.#startTimer(id, undo ? UNDO_TOAST_MS : TOAST_MS);
    return id;
  }

  dismiss(id: number): void {
    this.#close(id)?.onClose?.(false);
  }

  /** Closes all toasts at once, except the persistent ones. */
  flush(): void {
    // Untracked, so that an effect that calls this does not depend on the toasts.
    untrack(() => {
      for (const [id, { persistent }] of [...this.#countdowns])
        if (!persistent) this.#close(id)?.onClose?.(true);
    });
  }

  /** Stops the countdown while the pointer or the focus is on the toast. */
  hold(id: number): void {
    clearTimeout(this.#countdowns.get(id)?.timer);
  }

  release(id: number): void {
    this.#startTimer(id, TOAST_MS);
  }

  #startTimer(id: number, delayMs: number): void {
    const countdown = this.#countdowns.get(id);
    if (!countdown || countdown.persistent) return;
    clearTimeout(countdown.timer);
    countdown.timer = setTimeout(() => this.dismiss(id), delayMs);
  }

  #undo(id: number, undo: () => void): void {
    this.#close(id);
    undo();
  }

  #close(id: number): Countdown | undefined {
    const countdown = this.#countdowns.get(id);
    if (!countdown) return undefined;
    clearTimeout(countdown.timer);
    this.#countdowns.delete(id);
    this.items = this.items.filter((toast) => toast.id !== id);
    return countdown;
  }
}

export const toasts = new Toasts();
