import { SvelteSet } from 'svelte/reactivity';
import type { Picture } from '../api/types';

/** The selected pictures of a list. */
export class Selection {
  isActive = $state(false);
  /** While the selected pictures are being changed, the selection is locked. */
  isLocked = $state(false);
  readonly canSelect: (picture: Picture) => boolean;

  readonly #ids = new SvelteSet<string>();
  /** The picture toggled last, from which a range begins. */
  #anchorId: string | null = null;

  constructor(canSelect: (picture: Picture) => boolean) {
    this.canSelect = canSelect;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  start(): void {
    this.isActive = true;
  }

  end(): void {
    if (this.isLocked) return;
    this.isActive = false;
    this.#ids.clear();
    this.#anchorId = null;
  }

  /** Selects or deselects a picture. */
  toggle(picture: Picture): void {
    if (this.isLocked || !this.canSelect(picture)) return;
    this.isActive = true;
    if (!this.#ids.delete(picture.id)) this.#ids.add(picture.id);
    this.#anchorId = picture.id;
  }

  /** Selects all pictures from the one toggled last to `picture`. */
  selectRange(pictures: readonly Picture[], picture: Picture): void {
    if (this.isLocked || !this.canSelect(picture)) return;
    const anchor = pictures.findIndex(({ id }) => id === this.#anchorId);
    if (anchor < 0) return this.toggle(picture);
    const index = pictures.indexOf(picture);
    this.selectAll(pictures.slice(Math.min(anchor, index), Math.max(anchor, index) + 1));
    this.#anchorId = picture.id;
  }

  /** Adds all pictures that can be selected. */
  selectAll(pictures: readonly Picture[]): void {
    if (this.isLocked) return;
    this.isActive = true;
    for (const picture of pictures) if (this.canSelect(picture)) this.#ids.add(picture.id);
  }

  /** Replaces the selection, also while it is locked. */
  replace(ids: readonly string[]): void {
    this.#ids.clear();
    for (const id of ids) this.#ids.add(id);
  }

  /** Returns the pictures of a list that are selected. */
  selectedOf(pictures: readonly Picture[]): Picture[] {
    return pictures.filter(({ id }) => this.#ids.has(id));
  }
}
