import { advance, type UploadEvent, type UploadState } from './state';
import type { UploadItem } from './item';

/** The files on their way; each is changed by what happens to it. */
export class Items {
  all = $state.raw<readonly UploadItem[]>([]);
  /** Called when what happened may let something else begin. */
  onChange: () => void = () => undefined;

  find(id: string): UploadItem | undefined {
    return this.all.find((item) => item.id === id);
  }

  /** The newest above the others. */
  add(added: readonly UploadItem[]): void {
    this.all = [...added, ...this.all];
  }

  remove(id: string): void {
    this.all = this.all.filter((item) => item.id !== id);
    this.onChange();
  }

  change(id: string, change: Partial<UploadItem>): void {
    this.all = this.all.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  apply(id: string, event: UploadEvent): void {
    const item = this.find(id);
    if (!item) return;
    const state = advance(item.state, event);
    if (state === item.state) return;
    this.change(id, { state });
    if (state.name !== item.state.name) this.onChange();
  }

  each(is: (state: UploadState) => boolean, act: (id: string) => void): void {
    for (const { id, state } of this.all) if (is(state)) act(id);
  }
}
