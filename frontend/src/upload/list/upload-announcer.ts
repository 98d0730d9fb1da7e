import { t } from '../../texts';
import type { UploadItem } from './item';
import { isOver } from './state';

/** Milliseconds in which events are collected into one announcement. */
const COLLECT_MS = 1500;

/** Announces the progress of uploads to screen readers: few sentences, many events in each. */
export class UploadAnnouncer {
  #announce: (text: string) => void;
  #getItems: () => readonly UploadItem[];
  #failed: UploadItem[] = [];
  #ready: UploadItem[] = [];
  #duplicates = 0;
  /** Results since all uploads were over for the last time. */
  #totals = { ready: 0, failed: 0 };
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(announce: (text: string) => void, getItems: () => readonly UploadItem[]) {
    this.#announce = announce;
    this.#getItems = getItems;
  }

  addReady(item: UploadItem): void {
    this.#ready.push(item);
    this.#totals.ready += 1;
    this.#schedule();
  }

  addFailed(item: UploadItem): void {
    this.#failed.push(item);
    this.#totals.failed += 1;
    this.#schedule();
  }

  addDuplicate(): void {
    this.#duplicates += 1;
    this.#schedule();
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#announceCollected(), COLLECT_MS);
  }

  #announceCollected(): void {
    this.#timer = null;
    const text = this.#sentences().join(' ');
    this.#failed = [];
    this.#ready = [];
    this.#duplicates = 0;
    if (text) this.#announce(text);
  }

  #sentences(): string[] {
    const { announcements } = t.upload;
    const sentences: string[] = [];
    if (this.#failed.length > 0) sentences.push(failureSentence(this.#failed));
    if (this.#duplicates > 0) sentences.push(announcements.duplicates(this.#duplicates));
    if (!this.#getItems().every(({ state }) => isOver(state))) return sentences;
    const { ready, failed } = this.#totals;
    this.#totals = { ready: 0, failed: 0 };
    if (ready + failed > 1) sentences.push(announcements.finished(ready, failed));
    else if (this.#ready[0]) sentences.push(announcements.ready(this.#ready[0].file.name));
    return sentences;
  }
}

function failureSentence(items: readonly UploadItem[]): string {
  const [first] = items;
  if (items.length > 1 || first?.state.name !== 'failed')
    return t.upload.announcements.failedMany(items.length);
  return t.upload.announcements.failed(first.file.name, first.state.reason);
}
