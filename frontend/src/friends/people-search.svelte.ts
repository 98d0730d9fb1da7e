import type { Api } from '../api/albumen';
import { ApiError, messageOf } from '../api/errors';
import type { Page, Person } from '../api/types';
import { isNameQuery } from './name-query';

/** The time without typing after which a search starts by itself. */
export const TYPING_PAUSE_MS = 350;
/** The duration after which a search is shown as slow. */
export const SLOW_AFTER_MS = 500;

const HANDLE = /^[a-z0-9][a-z0-9._-]{2,29}$/i;

/** The maximum number of pages that one read requests until one is not empty. */
const MAX_PAGES_PER_READ = 6;

/** Searches by name and by exact handle in parallel. A new search aborts the previous one. */
export class PeopleSearch {
  /**
   * The people found, the one with the exact handle first. Null before the first search, after a
   * failed one, and if the text is too short.
   */
  people = $state.raw<readonly Person[] | null>(null);
  /** The cursor of the next page; null at the end and during a search. */
  cursor = $state<string | null>(null);
  isSlow = $state(false);
  /** Whether the submitted text is too short for a search. */
  isTooShort = $state(false);
  error = $state<string | null>(null);

  #api: Pick<Api, 'findUser' | 'findPeople'>;
  #text = '';
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #slowTimer: ReturnType<typeof setTimeout> | undefined;
  #controller: AbortController | null = null;
  #retry: () => Promise<void> = () => this.submit();

  constructor(api: Pick<Api, 'findUser' | 'findPeople'>) {
    this.#api = api;
  }

  /** Sets the text, and searches for it after a pause in typing if it is long enough. */
  setText(typed: string): void {
    const text = cleanText(typed);
    if (text === this.#text) return;
    this.#text = text;
    this.stop();
    this.#clearMessages();
    this.cursor = null;
    if (isSearchable(text))
      this.#typingTimer = setTimeout(() => void this.submit(), TYPING_PAUSE_MS);
    else this.#show(null, null);
  }

  /** Searches for the text now. */
  async submit(): Promise<void> {
    const text = this.#text;
    this.stop();
    this.#clearMessages();
    this.cursor = null;
    if (!isSearchable(text)) {
      this.isTooShort = true;
      return;
    }
    this.#retry = () => this.submit();
    await this.#run(async (signal) => {
      try {
        const [exact, named] = await Promise.all([
          this.#findByHandle(text, signal),
          this.#findByName(text, null, signal),
        ]);
        const people = mergePeople(exact ? [exact] : [], named.items);
        signal.throwIfAborted();
        this.#show(people, named.cursor);
      } catch (error) {
        if (!signal.aborted) this.#show(null, null);
        throw error;
      }
    });
  }

  /** Adds the next page of the people found by name. */
  async loadMore(): Promise<void> {
    const { people, cursor } = this;
    const text = this.#text;
    if (people === null || cursor === null) return;
    this.stop();
    this.#retry = () => this.loadMore();
    await this.#run(async (signal) => {
      const page = await this.#findByName(text, cursor, signal);
      const merged = mergePeople(people, page.items);
      signal.throwIfAborted();
      this.#show(merged, page.cursor);
    });
  }

  /** Repeats the request that failed. */
  retry(): Promise<void> {
    return this.#retry();
  }

  /** Aborts the running search and the wait for a pause in typing. */
  stop(): void {
    clearTimeout(this.#typingTimer);
    clearTimeout(this.#slowTimer);
    this.#controller?.abort();
    this.#controller = null;
    this.isSlow = false;
  }

  #show(people: readonly Person[] | null, cursor: string | null): void {
    this.people = people;
    this.cursor = cursor;
  }

  #clearMessages(): void {
    this.error = null;
    this.isTooShort = false;
  }

  /** Runs one search and stores its error. An aborted search changes nothing. */
  async #run(search: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    this.error = null;
    this.#slowTimer = setTimeout(() => (this.isSlow = true), SLOW_AFTER_MS);
    try {
      await search(signal);
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
    if (!signal.aborted) this.stop();
  }

  /** Returns null if nobody has this handle, or if the text cannot be a handle. */
  async #findByHandle(text: string, signal: AbortSignal): Promise<Person | null> {
    if (!HANDLE.test(text)) return null;
    try {
      return await this.#api.findUser(text, signal);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return null;
      throw error;
    }
  }

  async #findByName(
    text: string,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<Page<Person>> {
    if (!isNameQuery(text)) return { items: [], cursor: null };
    let page: Page<Person> = { items: [], cursor };
    for (let i = 0; i < MAX_PAGES_PER_READ; i += 1) {
      page = await this.#api.findPeople(text, page.cursor, signal);
      if (page.items.length > 0 || page.cursor === null) break;
    }
    return page;
  }
}

/** Removes a leading `@` and repeated spaces. */
const cleanText = (typed: string) => typed.trim().replace(/^@\s*/, '').replace(/\s+/g, ' ');

const isSearchable = (text: string) => HANDLE.test(text) || isNameQuery(text);

/** Appends the people who are not listed yet. */
function mergePeople(listed: readonly Person[], found: readonly Person[]): readonly Person[] {
  const merged = new Map(listed.map((person) => [person.id, person]));
  for (const person of found) if (!merged.has(person.id)) merged.set(person.id, person);
  return [...merged.values()];
}
