import { messageOf } from '../api/errors';
import type { Comment, Page } from '../api/types';

/** Pages that are read in one go to find out whether something was written. */
const MOST_PAGES = 20;

/** What became of reading: overtaken by a later one, or done, or why not. */
interface Outcome {
  overtaken: boolean;
  problem: string | null;
}
const OVERTAKEN: Outcome = { overtaken: true, problem: null };

/** What is said about one picture, oldest first, as far as it has been read. */
export class CommentPages {
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  error = $state<string | null>(null);

  /** Everything that is known, by id: later ones sort later. */
  #known = $state.raw<readonly Comment[]>([]);
  #cursor = $state.raw<string | null>(null);
  /** The last one up to which nothing is missing. */
  #readTo = $state.raw('');
  /** Whether there is more to read between `read` and `recent`. */
  readonly incomplete = $derived(this.#cursor !== null);
  readonly read = $derived(
    this.incomplete ? this.#known.filter(({ id }) => id <= this.#readTo) : this.#known,
  );
  readonly recent = $derived(
    this.incomplete ? this.#known.filter(({ id }) => id > this.#readTo) : [],
  );

  #pages = 0;
  #latest = 0;
  /** What came while something was being read: the reply may be older. */
  #arrived = new Map<string, Comment>();
  #gone = new Set<string>();
  #checking: Promise<unknown> = Promise.resolve();

  constructor(private readonly ask: (cursor: string | null) => Promise<Page<Comment>>) {}

  /** Reads everything anew, as far as it was read. */
  async load(): Promise<void> {
    await this.#read(null, [], Math.max(1, this.#pages));
  }

  /** Reads on. */
  async more(): Promise<void> {
    if (this.#cursor !== null) await this.#read(this.#cursor, this.read, 1);
  }

  /** Reads all there is, and says why it could not. One after the other: two at a time would overtake each other for ever. */
  loadAll(): Promise<string | null> {
    const reading = this.#checking.then(async () => {
      let outcome: Outcome;
      do outcome = await this.#read(null, [], MOST_PAGES);
      while (outcome.overtaken);
      return outcome.problem;
    });
    this.#checking = reading;
    return reading;
  }

  some(is: (comment: Comment) => boolean): boolean {
    return this.#known.some(is);
  }

  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  add(comment: Comment): void {
    if (this.#gone.has(comment.id)) return;
    this.#arrived.set(comment.id, comment);
    this.#known = sorted([...this.#known, comment]);
  }

  drop(id: string): void {
    this.#gone.add(id);
    this.#known = this.#known.filter((comment) => comment.id !== id);
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
        const page = await this.ask(cursor);
        if (mine !== this.#latest) return OVERTAKEN;
        items.push(...page.items);
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== null && (pages < count || items.length === start.length));
      const last = items.at(-1)?.id ?? '';
      // Of what is not in the reply, what lies after it is kept, and what came meanwhile.
      const later = cursor === null ? [] : this.#known.filter(({ id }) => id > last);
      this.#known = sorted(
        [...items, ...later, ...this.#arrived.values()].filter(({ id }) => !this.#gone.has(id)),
      );
      this.#cursor = cursor;
      this.#readTo = last;
      this.#pages = from === null ? pages : this.#pages + pages;
      this.status = 'ready';
    } catch (error) {
      if (mine !== this.#latest) return OVERTAKEN;
      this.error = messageOf(error);
      this.status = 'failed';
    }
    return { overtaken: false, problem: this.error };
  }
}

/** Oldest first, none twice. */
function sorted(comments: readonly Comment[]): readonly Comment[] {
  const once = [...new Map(comments.map((comment) => [comment.id, comment])).values()];
  return once.sort((a, b) => (a.id < b.id ? -1 : 1));
}
