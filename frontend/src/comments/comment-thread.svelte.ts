import type { Api } from '../api/albumen';
import { ApiError, isOutcomeUnknown, messageOf } from '../api/errors';
import type { Comment, LiveMessage } from '../api/types';
import type { PictureRef } from '../routes.svelte';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { CommentPages } from './comment-pages.svelte';

/** What I wrote and what is on its way, or did not get there. */
export interface PendingComment {
  key: number;
  text: string;
  /** Why it is not sent; null while it is being sent. */
  problem: string | null;
  /** The reply was lost: it may have been written all the same. */
  unsure: boolean;
  startedAt: number;
}

/** How wrong a clock may be, milliseconds. */
const CLOCKS_DIFFER = 5 * 60_000;

/** What is said about one picture, and what I am about to say. */
export class CommentThread {
  readonly said: CommentPages;
  /** What I have typed: it survives that another picture is looked at. */
  draft = $state('');
  sending = $state.raw<readonly PendingComment[]>([]);
  /** Deleted in a moment, unless it is taken back: the toasts that say so, by comment. */
  removing = $state.raw<ReadonlyMap<string, number>>(new Map());

  #nextKey = 0;

  constructor(
    private readonly api: Pick<Api, 'comments' | 'addComment' | 'prepareDeleteComment'>,
    private readonly me: string,
    private readonly picture: PictureRef,
  ) {
    this.said = new CommentPages((cursor) => api.comments(picture.owner, picture.id, cursor));
  }

  /** Writes; what fails stays in `sending`. */
  async send(text: string): Promise<void> {
    const entry: PendingComment = {
      key: this.#nextKey++,
      text,
      problem: null,
      unsure: false,
      startedAt: Date.now(),
    };
    this.sending = [...this.sending, entry];
    await this.#post(entry);
  }

  /** Once more, unless it turns out to have been written. */
  async sendAgain(key: number): Promise<void> {
    const entry = this.sending.find((entry) => entry.key === key);
    if (!entry?.problem) return;
    this.#mark({ ...entry, problem: null });
    if (entry.unsure) {
      const problem = await this.said.loadAll();
      if (problem !== null) return this.#mark({ ...entry, problem });
      if (this.said.some((comment) => isOf(entry, comment, this.me))) return this.#settle(key);
    }
    await this.#post({ ...entry, problem: null });
  }

  /** What did not get there goes back to what I have typed. */
  takeBack(key: number): void {
    const entry = this.sending.find((entry) => entry.key === key);
    if (!entry) return;
    this.#settle(key);
    this.draft = [entry.text, this.draft].filter(Boolean).join('\n');
  }

  /** Deletes one, when the time to take it back is over. */
  remove(id: string): void {
    // Signed now: when the page is left, or the person signs out, there is no time or no key for it.
    const send = this.api.prepareDeleteComment(this.picture.owner, this.picture.id, id);
    const toast = toasts.show(t.comments.removed, {
      undo: () => this.#keep(id),
      onClose: () => void this.#delete(id, send),
    });
    this.removing = new Map(this.removing).set(id, toast);
  }

  /** What happens elsewhere; says who wrote, if somebody else did. */
  told(message: LiveMessage): Comment | null {
    if (!('pictureId' in message) || message.pictureId !== this.picture.id) return null;
    if (message.type === 'comment.removed') this.#drop(message.commentId);
    if (message.type !== 'comment.added') return null;
    const { comment } = message;
    const mine = comment.author.id === this.me;
    const known = this.said.some(({ id }) => id === comment.id);
    const sent = mine && !known && this.sending.find((entry) => isOf(entry, comment, this.me));
    if (sent) this.#settle(sent.key); // its own reply is still on the way, or was lost
    this.said.add(comment);
    return mine || known ? null : comment;
  }

  /** Whether there is anything here that would be missed. */
  get unfinished(): boolean {
    return this.texts > 0 || this.removing.size > 0;
  }

  /** How many texts of mine are not there yet. */
  get texts(): number {
    return this.sending.length + (this.draft.trim() === '' ? 0 : 1);
  }

  async #post(entry: PendingComment): Promise<void> {
    try {
      const comment = await this.api.addComment(this.picture.owner, this.picture.id, entry.text);
      this.#settle(entry.key);
      this.said.add(comment);
    } catch (error) {
      this.#mark({
        ...entry,
        problem: messageOf(error),
        unsure: isOutcomeUnknown(error) || entry.unsure,
      });
    }
  }

  #mark(changed: PendingComment): void {
    this.sending = this.sending.map((entry) => (entry.key === changed.key ? changed : entry));
  }

  #settle(key: number): void {
    this.sending = this.sending.filter((entry) => entry.key !== key);
  }

  #drop(id: string): void {
    this.said.drop(id);
    this.#keep(id);
  }

  #keep(id: string): void {
    if (!this.removing.has(id)) return;
    const removing = new Map(this.removing);
    removing.delete(id);
    this.removing = removing;
  }

  async #delete(id: string, send: () => Promise<unknown>): Promise<void> {
    try {
      if (!this.said.isGone(id)) await send();
      this.#drop(id);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return this.#drop(id);
      this.#keep(id);
      toasts.show(t.comments.removeFailed(messageOf(error)));
    }
  }
}

/** Whether a comment is what was being sent. */
function isOf(entry: PendingComment, { author, text, createdAt }: Comment, me: string): boolean {
  return (
    author.id === me &&
    text === entry.text &&
    Date.parse(createdAt) > entry.startedAt - CLOCKS_DIFFER
  );
}
