import { SvelteSet } from 'svelte/reactivity';
import type { Picture } from '../api/types';
import type { AlbumsApi } from '../api/albums';
import { messageOf } from '../api/errors';
import { changeInBulk, type BulkResult } from './bulk-change';

/** The maximum number of pages that one read requests until one is not empty. */
const MAX_EMPTY_PAGES = 10;

export type Decision = 'approve' | 'reject';

/** The pictures of guests that wait for approval in one album. */
export class WaitingPictures {
  items = $state.raw<readonly Picture[]>([]);
  error = $state<string | null>(null);
  /** The cursor of the next page; null at the end. */
  cursor = $state<string | null>(null);
  isBusy = $state(false);
  readonly selectedIds = new SvelteSet<string>();
  readonly selected = $derived(this.items.filter(({ id }) => this.selectedIds.has(id)));
  readonly #albumId: string;
  readonly #api: Pick<AlbumsApi, 'waiting' | 'review'>;

  constructor(api: Pick<AlbumsApi, 'waiting' | 'review'>, albumId: string) {
    this.#api = api;
    this.#albumId = albumId;
  }

  /** Reads the first page. */
  async load(): Promise<void> {
    await this.#read(null);
  }

  async loadMore(): Promise<void> {
    if (this.cursor !== null) await this.#read(this.cursor);
  }

  toggle(id: string): void {
    if (!this.selectedIds.delete(id)) this.selectedIds.add(id);
  }

  /** Selects all loaded pictures, or none if all of them are selected. */
  toggleAll(): void {
    const hasAll = this.selected.length === this.items.length;
    this.selectedIds.clear();
    if (!hasAll) for (const { id } of this.items) this.selectedIds.add(id);
  }

  /** Approves or rejects the selected pictures. Those that were refused stay selected. */
  async decide(decision: Decision): Promise<BulkResult | null> {
    if (this.isBusy || this.selected.length === 0) return null;
    this.isBusy = true;
    const result = await changeInBulk(this.selected, (keys) =>
      this.#api.review(this.#albumId, { [decision]: keys }),
    );
    const changed = new Set(result.changed);
    this.items = this.items.filter(({ id }) => !changed.has(id));
    for (const id of result.changed) this.selectedIds.delete(id);
    this.isBusy = false;
    if (this.items.length === 0 && this.cursor !== null) await this.loadMore();
    return result;
  }

  async #read(cursor: string | null): Promise<void> {
    this.error = null;
    try {
      let page = await this.#api.waiting(this.#albumId, cursor);
      for (
        let i = 1;
        i < MAX_EMPTY_PAGES && page.items.length === 0 && page.cursor !== null;
        i += 1
      )
        page = await this.#api.waiting(this.#albumId, page.cursor);
      const items = cursor === null ? page.items : [...this.items, ...page.items];
      this.items = [...new Map(items.map((item) => [item.id, item])).values()];
      this.cursor = page.cursor;
    } catch (error) {
      this.error = messageOf(error);
    }
  }
}
