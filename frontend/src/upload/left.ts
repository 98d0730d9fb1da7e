/** What could not be saved of uploads that are off the list: said until it is saved, or closed. */
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import type { Wish } from './saver';

export class Left {
  #of = new Map<string, Wish>();
  #toast: number | null = null;
  readonly #again: (id: string, wish: Wish) => void;

  constructor(again: (id: string, wish: Wish) => void) {
    this.#again = again;
  }

  get count(): number {
    return this.#of.size;
  }

  add(id: string, wish: Wish, reason: string): void {
    this.#of.set(id, wish);
    this.#say(reason);
  }

  /** Another person. */
  clear(): void {
    this.#of.clear();
    this.#hide();
  }

  /** One message for all: the last one takes the place of the others. */
  #say(reason: string): void {
    this.#hide();
    const all = [...this.#of];
    const run = () => {
      this.clear();
      for (const [id, wish] of all) this.#again(id, wish);
    };
    const text = t.upload.edit.failedLeft(all.length, all[0]![1].name, reason);
    const onClose = () => this.#of.clear();
    this.#toast = toasts.show(text, { persistent: true, action: { label: t.words.retry, run }, onClose });
  }

  #hide(): void {
    const kept = new Map(this.#of);
    if (this.#toast !== null) toasts.dismiss(this.#toast);
    this.#toast = null;
    this.#of = kept;
  }
}
