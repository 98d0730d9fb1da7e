import { t } from '../../texts';
import { toasts } from '../../ui/toasts.svelte';
import type { SaveRequest } from './details-saver';

/** Failed saves of uploads that left the list. One toast for all of them offers another attempt. */
export class FailedSaves {
  #requests = new Map<string, SaveRequest>();
  #toast: number | null = null;
  readonly #retry: (id: string, request: SaveRequest) => void;

  constructor(retry: (id: string, request: SaveRequest) => void) {
    this.#retry = retry;
  }

  get count(): number {
    return this.#requests.size;
  }

  add(id: string, request: SaveRequest, reason: string): void {
    this.#requests.set(id, request);
    this.#show(reason);
  }

  dispose(): void {
    this.#requests.clear();
    this.#dismissToast();
  }

  #show(reason: string): void {
    this.#dismissToast();
    const requests = [...this.#requests];
    const text = t.upload.edit.failedAfterwards(requests.length, requests[0]![1].fileName, reason);
    const run = () => {
      this.dispose();
      for (const [id, request] of requests) this.#retry(id, request);
    };
    this.#toast = toasts.show(text, {
      persistent: true,
      action: { label: t.words.retry, run },
      onClose: () => this.#requests.clear(),
    });
  }

  /** Keeps the requests, which `onClose` of the dismissed toast clears. */
  #dismissToast(): void {
    const requests = this.#requests;
    this.#requests = new Map();
    if (this.#toast !== null) toasts.dismiss(this.#toast);
    this.#toast = null;
    this.#requests = requests;
  }
}
