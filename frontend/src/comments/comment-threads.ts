import type { Api } from '../api/albumen';
import { keep } from '../auth/kept';
import type { PictureRef } from '../routes.svelte';
import { CommentThread } from './comment-thread.svelte';

/** How many are remembered, besides those in which something is unfinished. */
const MOST = 30;

/** What one person looks at: leafing to another picture and back loses nothing that was typed, or is being sent. */
export class CommentThreads {
  #me = '';
  #open = new Map<string, CommentThread>();

  of(api: Api, me: string, picture: PictureRef): CommentThread {
    if (me !== this.#me) this.#open.clear();
    this.#me = me;
    const found = this.#open.get(picture.id) ?? new CommentThread(api, me, picture);
    this.#open.delete(picture.id);
    for (const [id, { unfinished }] of this.#open)
      if (this.#open.size >= MOST && !unfinished) this.#open.delete(id);
    this.#open.set(picture.id, found);
    return found;
  }

  /** How many comments were begun, or are not sent. */
  get texts(): number {
    return [...this.#open.values()].reduce((sum, { texts }) => sum + texts, 0);
  }

  forget(): void {
    this.#open.clear();
    this.#me = '';
  }
}

export const commentThreads = new CommentThreads();

keep({ forget: () => commentThreads.forget(), texts: () => commentThreads.texts });
