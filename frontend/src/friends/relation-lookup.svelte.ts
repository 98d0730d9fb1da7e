import { messageOf } from '../api/errors';
import type { Person } from '../api/types';
import type { Friendships } from './friendships.svelte';

/** Reads the relations of listed people to the member. A new lookup aborts the previous one. */
export class RelationLookup {
  isRunning = $state(false);
  error = $state<string | null>(null);

  #friendships: Pick<Friendships, 'get' | 'lookUp'>;
  #memberId: string | undefined;
  #people: readonly Person[] = [];
  #controller: AbortController | null = null;

  constructor(friendships: Pick<Friendships, 'get' | 'lookUp'>, memberId: string | undefined) {
    this.#friendships = friendships;
    this.#memberId = memberId;
  }

  /** Reads the relations to these people that `friendships.get` does not return yet. */
  async start(people: readonly Person[]): Promise<void> {
    this.stop();
    this.#people = people;
    this.error = null;
    const unknown = people.filter((person) => this.#isUnknown(person));
    if (unknown.length === 0) return;
    const controller = new AbortController();
    const { signal } = controller;
    this.#controller = controller;
    this.isRunning = true;
    try {
      await this.#friendships.lookUp(unknown, signal);
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
    if (!signal.aborted) this.stop();
  }

  retry(): Promise<void> {
    return this.start(this.#people);
  }

  stop(): void {
    this.#controller?.abort();
    this.#controller = null;
    this.isRunning = false;
  }

  #isUnknown = (person: Person) =>
    person.id !== this.#memberId && this.#friendships.get(person) === undefined;
}
