import type { Api } from '../api/albumen';
import { serverTime } from '../api/clock';
import { ApiError, isOutcomeUnknown, messageOf } from '../api/errors';
import type { Comment, LiveMessage } from '../api/types';
import type { PictureRef } from '../routes';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { CommentPages } from './comment-pages.svelte';

export type CommentApi = Pick<Api, 'comments' | 'addComment' | 'prepareDeleteComment'>;

/** A comment that is being sent, or that failed. */
export interface PendingComment {
  key: number;
  text: string;
  /** The message about the failure, or `null` while the comment is being sent. */
  error: string | null;
  /** Whether the API may have added the comment: the outcome of an attempt is unknown. */
  maybeSent: boolean;
  startedAt: number;
}

/** The maximum difference between the clocks of the browser and the API. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/** The comments on one picture, with a member's unsent comments and pending deletions. */
export class CommentThread {
  readonly pages: CommentPages;
  /** The text in the form. */
  draft = $state('');
  pending = $state.raw<readonly PendingComment[]>([]);
  /** The id of the undo toast of each comment to delete, by comment id. */
  deletionToasts = $state.raw<ReadonlyMap<string, number>>(new Map());

  #nextKey = 0;

  constructor(
    private readonly api: CommentApi,
    private readonly userId: string,
    private readonly picture: PictureRef,
  ) {
    this.pages = new CommentPages((cursor) => api.comments(picture.ownerId, picture.id, cursor));
  }

  /** Whether the thread has unsent texts or pending deletions, and must stay in memory. */
  get isUnfinished(): boolean {
    return this.unsentCount > 0 || this.deletionToasts.size > 0;
  }

  /** The number of unsent texts, the draft included. */
  get unsentCount(): number {
    return this.pending.length + (this.draft.trim() === '' ? 0 : 1);
  }

  async send(text: string): Promise<void> {
    const key = this.#nextKey++;
    const comment = { key, text, error: null, maybeSent: false, startedAt: serverTime() };
    this.pending = [...this.pending, comment];
    await this.#post(comment);
  }

  /** Sends a failed comment again, unless the thread shows that the first attempt succeeded. */
  async resend(key: number): Promise<void> {
    const failed = this.#pendingOf(key);
    if (!failed?.error) return;
    const comment = { ...failed, error: null };
    this.#updatePending(comment);
    if (comment.maybeSent) {
      const error = await this.pages.loadAll();
      if (error !== null) return this.#updatePending({ ...comment, error });
      if (this.pages.some((known) => this.#isSame(comment, known))) return this.#removePending(key);
    }
    await this.#post(comment);
  }

  /** Moves the text of a failed comment back into the form. */
  moveToDraft(key: number): void {
    const comment = this.#pendingOf(key);
    if (!comment) return;
    this.#removePending(key);
    this.draft = [comment.text, this.draft].filter(Boolean).join('\n');
  }

  /** Deletes a comment when the time to undo has passed. */
  delete(id: string): void {
    // Signs the request now: there is no time when the page closes, and no credentials after a
    // sign-out.
    const send = this.api.prepareDeleteComment(this.picture.ownerId, this.picture.id, id);
    const toastId = toasts.show(t.comments.removed, {
      undo: () => this.#forgetDeletion(id),
      onClose: () => void this.#sendDeletion(id, send),
    });
    this.deletionToasts = new Map(this.deletionToasts).set(id, toastId);
  }

  /** Applies a live message. Returns the comment if another member added it and it is new. */
  handleMessage(message: LiveMessage): Comment | null {
    if (!('pictureId' in message) || message.pictureId !== this.picture.id) return null;
    if (message.type === 'comment.removed') this.#remove(message.commentId);
    if (message.type !== 'comment.added') return null;
    return this.#addFromMessage(message.comment);
  }

  #addFromMessage(comment: Comment): Comment | null {
    const isKnown = this.pages.some(({ id }) => id === comment.id);
    if (!isKnown) {
      // The live message can arrive before the reply to the request, or instead of it.
      const sent = this.pending.find((pending) => this.#isSame(pending, comment));
      if (sent) this.#removePending(sent.key);
    }
    this.pages.add(comment);
    return isKnown || comment.author.id === this.userId ? null : comment;
  }

  async #post(comment: PendingComment): Promise<void> {
    try {
      const { ownerId, id } = this.picture;
      const added = await this.api.addComment(ownerId, id, comment.text);
      this.#removePending(comment.key);
      this.pages.add(added);
    } catch (error) {
      const maybeSent = comment.maybeSent || isOutcomeUnknown(error);
      this.#updatePending({ ...comment, error: messageOf(error), maybeSent });
    }
  }

  /** Returns `true` if a comment of the API is the result of sending `pending`. */
  #isSame(pending: PendingComment, { author, text, createdAt }: Comment): boolean {
    return (
      author.id === this.userId &&
      text === pending.text &&
      Date.parse(createdAt) > pending.startedAt - MAX_CLOCK_SKEW_MS
    );
  }

  #pendingOf(key: number): PendingComment | undefined {
    return this.pending.find((comment) => comment.key === key);
  }

  #updatePending(changed: PendingComment): void {
    this.pending = this.pending.map((comment) => (comment.key === changed.key ? changed : comment));
  }

  #removePending(key: number): void {
    this.pending = this.pending.filter((comment) => comment.key !== key);
  }

  #remove(id: string): void {
    this.pages.remove(id);
    this.#forgetDeletion(id);
  }

  #forgetDeletion(id: string): void {
    if (!this.deletionToasts.has(id)) return;
    const toastIds = new Map(this.deletionToasts);
    toastIds.delete(id);
    this.deletionToasts = toastIds;
  }

  async #sendDeletion(id: string, send: () => Promise<unknown>): Promise<void> {
    try {
      if (!this.pages.isRemoved(id)) await send();
      this.#remove(id);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return this.#remove(id);
      this.#forgetDeletion(id);
      toasts.show(t.comments.removeFailed(messageOf(error)));
    }
  }
}
