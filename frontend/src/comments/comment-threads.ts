import type { PictureRef } from '../routes';
import type { CommentThread } from './comment-thread.svelte';

/** The maximum number of finished threads in memory. */
const MAX_THREADS = 30;

/** One member's comment threads, so that unsent texts survive a change of the picture. */
export class CommentThreads {
  /** By picture id, the most recently opened thread last. */
  #threads = new Map<string, CommentThread>();

  /** Returns the thread of a picture. `create` needs code that the first view omits. */
  open(picture: PictureRef, create: (picture: PictureRef) => CommentThread): CommentThread {
    const thread = this.#threads.get(picture.id) ?? create(picture);
    this.#threads.delete(picture.id);
    this.#removeOldest();
    this.#threads.set(picture.id, thread);
    return thread;
  }

  /** The number of unsent texts in all threads. */
  get unsentCount(): number {
    return [...this.#threads.values()].reduce((sum, { unsentCount }) => sum + unsentCount, 0);
  }

  dispose(): void {
    this.#threads.clear();
  }

  #removeOldest(): void {
    for (const [id, { isUnfinished }] of this.#threads)
      if (this.#threads.size >= MAX_THREADS && !isUnfinished) this.#threads.delete(id);
  }
}
