import type { Api } from '../api/albumen';
import { ApiError, isUnsure, sentence } from '../api/errors';
import type { Comment, LiveMessage } from '../api/types';
import type { PictureRef } from '../routes.svelte';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';

/** What I wrote and what is on its way, or did not get there. */
export interface Sending {
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
/** Pages that are read in one go to find out whether something was written. */
const MOST_PAGES = 20;

/** What became of reading: overtaken by a later one, or done, or why not. */
interface Outcome {
  overtaken: boolean;
  problem: string | null;
}
const OVERTAKEN: Outcome = { overtaken: true, problem: null };

/** What is said about one picture, oldest first, as far as it has been read, and what I am about to say. */
export class Conversation {
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  error = $state<string | null>(null);
  /** What I have typed: it survives that another picture is looked at. */
  draft = $state('');
  sending = $state.raw<readonly Sending[]>([]);
  /** Deleted in a moment, unless it is taken back: the toasts that say so, by comment. */
  removing = $state.raw<ReadonlyMap<string, number>>(new Map());

  /** Everything that is known, by id: later ones sort later. */
  #known = $state.raw<readonly Comment[]>([]);
  #cursor = $state.raw<string | null>(null);
  /** The last one up to which nothing is missing. */
  #readTo = $state.raw('');
  /** Whether there is more to read between `read` and `recent`. */
  readonly incomplete = $derived(this.#cursor !== null);
  readonly read = $derived(this.incomplete ? this.#known.filter(({ id }) => id <= this.#readTo) : this.#known);
  readonly recent = $derived(this.incomplete ? this.#known.filter(({ id }) => id > this.#readTo) : []);

  #pages = 0;
  #latest = 0;
  /** What came while something was being read: the reply may be older. */
  #arrived = new Map<string, Comment>();
  #gone = new Set<string>();
  #nextKey = 0;
  #checking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Pick<Api, 'comments' | 'addComment' | 'prepareDeleteComment'>,
    private readonly me: string,
    private readonly picture: PictureRef,
  ) {}

  /** Reads everything anew, as far as it was read. */
  async load(): Promise<void> {
    await this.#read(null, [], Math.max(1, this.#pages));
  }

  /** Reads on. */
  async more(): Promise<void> {
    if (this.#cursor !== null) await this.#read(this.#cursor, this.read, 1);
  }

  /** Writes; what fails stays in `sending`. */
  async send(text: string): Promise<void> {
    const entry: Sending = { key: this.#nextKey++, text, problem: null, unsure: false, startedAt: Date.now() };
    this.sending = [...this.sending, entry];
    await this.#post(entry);
  }

  /** Once more, unless it turns out to have been written. */
  async sendAgain(key: number): Promise<void> {
    const entry = this.sending.find((entry) => entry.key === key);
    if (!entry?.problem) return;
    this.#mark({ ...entry, problem: null });
    if (entry.unsure) {
      const problem = await this.#readAll();
      if (problem !== null) return this.#mark({ ...entry, problem });
      if (this.#known.some((comment) => isOf(entry, comment, this.me))) return this.#settle(key);
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
    const toast = toasts.show(t.people.comments.removed, { undo: () => this.#keep(id), onGone: () => void this.#delete(id, send) });
    this.removing = new Map(this.removing).set(id, toast);
  }

  /** What happens elsewhere; says who wrote, if somebody else did. */
  told(message: LiveMessage): Comment | null {
    if (!('pictureId' in message) || message.pictureId !== this.picture.id) return null;
    if (message.type === 'comment.removed') this.#drop(message.commentId);
    if (message.type !== 'comment.added') return null;
    const { comment } = message;
    const mine = comment.author.id === this.me;
    const known = this.#known.some(({ id }) => id === comment.id);
    const sent = mine && !known && this.sending.find((entry) => isOf(entry, comment, this.me));
    if (sent) this.#settle(sent.key); // its own reply is still on the way, or was lost
    this.#add(comment);
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

  async #post(entry: Sending): Promise<void> {
    try {
      const comment = await this.api.addComment(this.picture.owner, this.picture.id, entry.text);
      this.#settle(entry.key);
      this.#add(comment);
    } catch (error) {
      this.#mark({ ...entry, problem: sentence(error), unsure: isUnsure(error) || entry.unsure });
    }
  }

  #mark(changed: Sending): void {
    this.sending = this.sending.map((entry) => (entry.key === changed.key ? changed : entry));
  }

  #settle(key: number): void {
    this.sending = this.sending.filter((entry) => entry.key !== key);
  }

  #add(comment: Comment): void {
    if (this.#gone.has(comment.id)) return;
    this.#arrived.set(comment.id, comment);
    this.#known = sorted([...this.#known, comment]);
  }

  #drop(id: string): void {
    this.#gone.add(id);
    this.#known = this.#known.filter((comment) => comment.id !== id);
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
      if (!this.#gone.has(id)) await send();
      this.#drop(id);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return this.#drop(id);
      this.#keep(id);
      toasts.show(t.people.comments.removeFailed(sentence(error)));
    }
  }

  /** Reads all there is, and says why it could not. One after the other: two at a time would overtake each other for ever. */
  #readAll(): Promise<string | null> {
    const reading = this.#checking.then(async () => {
      let outcome: Outcome;
      do outcome = await this.#read(null, [], MOST_PAGES);
      while (outcome.overtaken);
      return outcome.problem;
    });
    this.#checking = reading;
    return reading;
  }

  /** Reads at least `count` pages after `start`, and on through empty ones. What was asked for last counts. */
  async #read(from: string | null, start: readonly Comment[], count: number): Promise<Outcome> {
    const mine = (this.#latest += 1);
    this.status = 'loading';
    this.error = null;
    this.#arrived = new Map();
    try {
      const items = [...start];
      let cursor = from;
      let pages = 0;
      do {
        const page = await this.api.comments(this.picture.owner, this.picture.id, cursor);
        if (mine !== this.#latest) return OVERTAKEN;
        items.push(...page.items);
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== null && (pages < count || items.length === start.length));
      const last = items.at(-1)?.id ?? '';
      // Of what is not in the reply, what lies after it is kept, and what came meanwhile.
      const later = cursor === null ? [] : this.#known.filter(({ id }) => id > last);
      this.#known = sorted([...items, ...later, ...this.#arrived.values()].filter(({ id }) => !this.#gone.has(id)));
      this.#cursor = cursor;
      this.#readTo = last;
      this.#pages = from === null ? pages : this.#pages + pages;
      this.status = 'ready';
    } catch (error) {
      if (mine !== this.#latest) return OVERTAKEN;
      this.error = sentence(error);
      this.status = 'failed';
    }
    return { overtaken: false, problem: this.error };
  }
}

/** Whether a comment is what was being sent. */
function isOf(entry: Sending, { author, text, createdAt }: Comment, me: string): boolean {
  return author.id === me && text === entry.text && Date.parse(createdAt) > entry.startedAt - CLOCKS_DIFFER;
}

/** Oldest first, none twice. */
function sorted(comments: readonly Comment[]): readonly Comment[] {
  const once = [...new Map(comments.map((comment) => [comment.id, comment])).values()];
  return once.sort((a, b) => (a.id < b.id ? -1 : 1));
}
