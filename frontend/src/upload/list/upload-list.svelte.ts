import type { UploadItem } from './item';
import { reduce, type UploadEvent } from './reducer';
import type { UploadState } from './state';

/** Called after an event changed an item. */
type Listener = (item: UploadItem, event: UploadEvent) => void;

/** The files in the tray, newest group first. Only events change an item. */
export class UploadList {
  items = $state.raw<readonly UploadItem[]>([]);
  readonly #onChange: Listener;

  constructor(onChange: Listener) {
    this.#onChange = onChange;
  }

  find(id: string): UploadItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  add(added: readonly UploadItem[]): void {
    this.items = [...added, ...this.items];
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  dispatch(id: string, event: UploadEvent): void {
    const item = this.find(id);
    if (!item) return;
    const changed = reduce(item, event);
    if (changed === item) return;
    this.items = this.items.map((other) => (other === item ? changed : other));
    this.#onChange(changed, event);
  }

  /** Returns the ids of the items whose state passes the test. */
  idsInState(test: (state: UploadState) => boolean): string[] {
    return this.items.filter(({ state }) => test(state)).map(({ id }) => id);
  }
}
