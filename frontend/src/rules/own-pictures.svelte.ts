import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import type { Library } from '../feed/library.svelte';
import { PREVIEW_PICTURES } from './preview.svelte';

/** The member's own pictures, as far as previews and examples need them. */
export class OwnPictures {
  /** Pictures of examples that were read one by one; null if a picture is gone. */
  #single = $state.raw<ReadonlyMap<string, Picture | null>>(new Map());
  readonly #library: Library;
  readonly #api: Pick<Api, 'getPicture'>;

  constructor(library: Library, api: Pick<Api, 'getPicture'>) {
    this.#library = library;
    this.#api = api;
  }

  get list() {
    return this.#library.list('mine');
  }

  /** The pictures that a rule can decide on, newest first. */
  get ready(): readonly Picture[] {
    return this.list.items.filter(({ state }) => state === 'ready');
  }

  /** Loads at least the pictures of the preview. */
  async load(): Promise<void> {
    await this.#library.open('mine');
    const { list } = this;
    if (this.ready.length < PREVIEW_PICTURES && !list.error) await list.loadMore();
  }

  /** Returns a picture, null if it is gone, or undefined if it is not loaded. */
  find(id: string): Picture | null | undefined {
    const single = this.#single.get(id);
    if (single === null) return null;
    return this.list.items.find((picture) => picture.id === id) ?? single;
  }

  /** Reads pictures that are not loaded, such as those of a restored draft. */
  async loadEach(ids: readonly string[]): Promise<void> {
    await this.readAgain(ids.filter((id) => this.find(id) === undefined));
  }

  /** Reads pictures of which some may be gone meanwhile. */
  async readAgain(ids: readonly string[]): Promise<void> {
    const read = async (id: string) => [id, await this.#read(id)] as const;
    const pictures = await Promise.all(ids.map(read));
    const single = new Map(this.#single);
    for (const [id, picture] of pictures) if (picture !== undefined) single.set(id, picture);
    this.#single = single;
  }

  async #read(id: string): Promise<Picture | null | undefined> {
    const { userId } = this.#library;
    if (userId === null) return undefined;
    try {
      return await this.#api.getPicture(userId, id);
    } catch (error) {
      return error instanceof ApiError && error.code === 404 ? null : undefined;
    }
  }
}
