import { SvelteSet } from 'svelte/reactivity';
import type { Picture } from '../api/types';

/** Which pictures of a list are picked, to do something with all of them. Only one's own can be. */
export class Selection {
  active = $state(false);
  /** What is picked is being changed: it stays as it is until that is done. */
  busy = $state(false);
  readonly ids = new SvelteSet<string>();

  /** Where a range begins: the picture that was picked last. */
  #anchor: string | null = null;
  readonly #may: (picture: Picture) => boolean;

  constructor(may: (picture: Picture) => boolean) {
    this.#may = may;
  }

  may(picture: Picture): boolean {
    return this.#may(picture);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  start(): void {
    this.active = true;
  }

  end(): void {
    if (this.busy) return;
    this.active = false;
    this.ids.clear();
    this.#anchor = null;
  }

  /** Picks a picture or lets go of it; with `range`, the whole list, everything from the last one picked to this one. */
  pick(picture: Picture, range: readonly Picture[] | null = null): void {
    if (this.busy || !this.#may(picture)) return;
    this.active = true;
    const from = range?.findIndex(({ id }) => id === this.#anchor) ?? -1;
    if (range && from >= 0) this.#pickBetween(range, from, range.indexOf(picture));
    else if (!this.ids.delete(picture.id)) this.ids.add(picture.id);
    this.#anchor = picture.id;
  }

  all(pictures: readonly Picture[]): void {
    if (this.busy) return;
    this.active = true;
    for (const picture of pictures) if (this.#may(picture)) this.ids.add(picture.id);
  }

  /** Only these stay picked. */
  keep(ids: readonly string[]): void {
    this.ids.clear();
    for (const id of ids) this.ids.add(id);
  }

  /** What is picked and still in the list. */
  of(pictures: readonly Picture[]): Picture[] {
    return pictures.filter(({ id }) => this.ids.has(id));
  }

  #pickBetween(pictures: readonly Picture[], from: number, to: number): void {
    for (const picture of pictures.slice(Math.min(from, to), Math.max(from, to) + 1))
      if (this.#may(picture)) this.ids.add(picture.id);
  }
}
