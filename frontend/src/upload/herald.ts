/** Tells a screen reader how uploads go: seldom, and many things in one sentence. */
import { t } from '../texts';
import { isOver } from './state';
import type { UploadItem } from './item';

/** Milliseconds in which what happens is gathered into one sentence. */
const GATHER = 1500;

export class Herald {
  #say: (text: string) => void;
  #failed: UploadItem[] = [];
  #ready: UploadItem[] = [];
  #duplicates = 0;
  /** What has become of those that were added since all was done last. */
  #sum = { ready: 0, failed: 0 };
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #items: () => readonly UploadItem[];

  constructor(say: (text: string) => void, items: () => readonly UploadItem[]) {
    this.#say = say;
    this.#items = items;
  }

  ready(item: UploadItem): void {
    this.#ready.push(item);
    this.#sum.ready += 1;
    this.#soon();
  }

  failed(item: UploadItem): void {
    this.#failed.push(item);
    this.#sum.failed += 1;
    this.#soon();
  }

  duplicate(): void {
    this.#duplicates += 1;
    this.#soon();
  }

  reset(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#clear();
    this.#sum = { ready: 0, failed: 0 };
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#speak(), GATHER);
  }

  #speak(): void {
    this.#timer = null;
    const text = this.#sentences().join(' ');
    this.#clear();
    if (text) this.#say(text);
  }

  #sentences(): string[] {
    const said: string[] = [];
    const { ready, failed } = this.#sum;
    const done = this.#items().every(({ state }) => isOver(state));
    if (this.#failed.length > 0) said.push(failures(this.#failed));
    if (this.#duplicates > 0) said.push(t.upload.said.duplicates(this.#duplicates));
    if (done && ready + failed > 1) said.push(t.upload.said.finished(ready, failed));
    else if (done && this.#ready[0]) said.push(t.upload.said.ready(this.#ready[0].file.name));
    if (done) this.#sum = { ready: 0, failed: 0 };
    return said;
  }

  #clear(): void {
    [this.#failed, this.#ready, this.#duplicates] = [[], [], 0];
  }
}

function failures(items: UploadItem[]): string {
  const [first] = items;
  if (items.length > 1 || first?.state.name !== 'failed')
    return t.upload.said.failedMany(items.length);
  return t.upload.said.failed(first.file.name, first.state.reason);
}
