import pLimit from 'p-limit';
import { createPreview } from '../upload/steps/preview';

/** A chosen file that is not sent yet. */
export interface Draft {
  id: string;
  file: File;
  caption: string;
  /** Blob URL of a small copy. Null if the browser cannot decode the file. */
  previewUrl: string | null;
}

/** The number of files that are decoded at a time. */
const CONCURRENCY = 2;

/** The pictures that a guest has chosen, to caption them before they are sent. */
export class Drafts {
  items = $state.raw<readonly Draft[]>([]);
  readonly #limit = pLimit(CONCURRENCY);

  add(files: Iterable<File>): void {
    const added = Array.from(files, (file): Draft => ({
      id: crypto.randomUUID(),
      file,
      caption: '',
      previewUrl: null,
    }));
    this.items = [...this.items, ...added];
    for (const draft of added) void this.#limit(() => this.#showPreview(draft));
  }

  setCaption(id: string, caption: string): void {
    this.#change(id, { caption });
  }

  remove(id: string): void {
    this.#release(this.items.filter((draft) => draft.id === id));
    this.items = this.items.filter((draft) => draft.id !== id);
  }

  /** Empties the list and returns its pictures. */
  takeAll(): readonly Draft[] {
    const { items } = this;
    this.#release(items);
    this.items = [];
    return items;
  }

  async #showPreview({ id, file }: Draft): Promise<void> {
    if (!this.#has(id)) return;
    const previewUrl = await createPreview(file);
    if (this.#has(id)) this.#change(id, { previewUrl });
    else if (previewUrl) URL.revokeObjectURL(previewUrl);
  }

  #has(id: string): boolean {
    return this.items.some((draft) => draft.id === id);
  }

  #change(id: string, change: Partial<Draft>): void {
    this.items = this.items.map((draft) => (draft.id === id ? { ...draft, ...change } : draft));
  }

  #release(drafts: readonly Draft[]): void {
    for (const { previewUrl } of drafts) if (previewUrl) URL.revokeObjectURL(previewUrl);
  }
}
