import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { waitUntilReady } from '../upload/steps/wait-until-ready';
import type { Library } from './library.svelte';

/** Polls pictures that an earlier visit uploaded and that are still being processed. */
export class ProcessingPoller {
  readonly #api: Pick<Api, 'getPicture'>;
  readonly #library: Library;
  readonly #polledIds = new Set<string>();
  readonly #abort = new AbortController();

  constructor(api: Pick<Api, 'getPicture'>, library: Library) {
    this.#api = api;
    this.#library = library;
  }

  /** Polls the pictures until they are ready. Ignores those that are polled already. */
  poll(pictures: readonly Picture[]): void {
    for (const picture of pictures)
      if (picture.state === 'processing' && !this.#polledIds.has(picture.id))
        void this.#pollOne(picture);
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #pollOne({ id, owner }: Picture): Promise<void> {
    this.#polledIds.add(id);
    const result = await waitUntilReady({
      read: () => this.#api.getPicture(owner.id, id),
      signal: this.#abort.signal,
    });
    if (result === 'removed') this.#library.remove(id);
    else if (result !== 'unfinished') this.#library.put(result);
  }
}
