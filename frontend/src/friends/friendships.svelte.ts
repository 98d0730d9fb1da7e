import type { Api } from '../api/albumen';
import { serverTime } from '../api/clock';
import { messageOf } from '../api/errors';
import type { Friend, FriendState, LiveMessage, Page, Person } from '../api/types';
import { nameOf } from '../picture/describe';

export interface FriendList {
  items: readonly Friend[];
  /** The cursor of the next page; null at the end. */
  cursor: string | null;
  /** The number of pages read so far. */
  pages: number;
}

type Lists = Readonly<Record<FriendState, FriendList>>;

const STATES: readonly FriendState[] = ['invited', 'requested', 'friends'];
const EMPTY_LIST: FriendList = { items: [], cursor: null, pages: 0 };

/** The friendships and requests of the member, as far as they were read. */
export class Friendships {
  /** Null until the first load succeeds. */
  lists = $state.raw<Lists | null>(null);
  loading = $state(false);
  /** The reason why the last load failed. `lists` can be out of date then. */
  error = $state<string | null>(null);

  #api: Pick<Api, 'friends' | 'befriend' | 'unfriend'>;
  /** Called when the pictures that the member can see may have changed. */
  #onAccessChange: () => void;
  /** Results of `lookUp`, by person. The loaded pages need not contain them. */
  #lookedUp = $state.raw<ReadonlyMap<string, Friend | null>>(new Map());
  #latestRead = 0;
  #changes = 0;

  constructor(api: Pick<Api, 'friends' | 'befriend' | 'unfriend'>, onAccessChange: () => void) {
    this.#api = api;
    this.#onAccessChange = onAccessChange;
  }

  /** Reads all lists again, as many pages as before. */
  async load(): Promise<void> {
    await this.#replaceLists(async () => {
      const [invited, requested, friends] = await Promise.all([
        this.#reread('invited'),
        this.#reread('requested'),
        this.#reread('friends'),
      ]);
      return { invited, requested, friends };
    });
  }

  /** Reads the next page of one list. */
  async loadMore(state: FriendState): Promise<void> {
    const lists = this.lists;
    if (!lists?.[state].cursor) return;
    await this.#replaceLists(async () => ({
      ...lists,
      [state]: await this.#readPages(state, lists[state], 1),
    }));
  }

  /** Returns the friendship with a person: null if there is none, undefined if it is unknown. */
  get({ id }: Pick<Person, 'id'>): Friend | null | undefined {
    const { lists } = this;
    const listed =
      lists && STATES.flatMap((state) => lists[state].items).find((item) => item.id === id);
    if (listed) return listed;
    if (lists && STATES.every((state) => lists[state].cursor === null)) return null;
    return this.#lookedUp.get(id);
  }

  /**
   * Reads the friendships with these people from the API; `get` returns them afterwards.
   * Throws the errors of the API, and the reason of `signal` if it is aborted.
   */
  async lookUp(people: readonly Pick<Person, 'id'>[], signal?: AbortSignal): Promise<void> {
    const ids = people.map(({ id }) => id);
    let friends: ReadonlyMap<string, Friend | null>;
    let changes: number;
    do {
      changes = this.#changes;
      friends = await this.#search(ids, signal);
    } while (changes !== this.#changes);
    this.#lookedUp = new Map([...this.#lookedUp, ...friends]);
    for (const [id, friend] of friends) this.#place(id, friend);
    await this.#refill();
  }

  /** Sends a request, or accepts the person's request. Returns the new state. */
  async befriend(person: Person): Promise<FriendState> {
    const { id, handle, firstName, lastName } = person;
    const { state } = await this.#api.befriend(id);
    const since = new Date(serverTime()).toISOString();
    await this.#change(id, { id, handle, firstName, lastName, state, since });
    return state;
  }

  /** Withdraws a request, declines one, or ends a friendship. */
  async unfriend(id: string): Promise<void> {
    await this.#api.unfriend(id);
    await this.#change(id, null);
  }

  /** Applies a live message about a friendship and ignores all others. */
  async applyMessage(message: LiveMessage): Promise<void> {
    if (!('state' in message)) return;
    const { user, state, at } = message;
    const previous = this.get(user);
    // The member's own actions on this page come back as messages.
    if (previous !== undefined && (previous?.state ?? null) === state) return;
    const accessChanges =
      previous === undefined || previous?.state === 'friends' || state === 'friends';
    const { id, handle, firstName, lastName } = user;
    // A person without a profile is deleting their account.
    const friend =
      state && handle
        ? { id, handle, firstName: firstName ?? '', lastName: lastName ?? '', state, since: at }
        : null;
    await this.#change(id, friend, accessChanges);
  }

  /** Moves one row. Reads the lists again only if a read is in flight, which may be older. */
  async #change(id: string, friend: Friend | null, accessChanges = true): Promise<void> {
    this.#changes += 1;
    if (accessChanges) this.#onAccessChange();
    if (this.#lookedUp.has(id)) this.#lookedUp = new Map(this.#lookedUp).set(id, friend);
    this.#place(id, friend);
    await (this.loading ? this.load() : this.#refill());
  }

  /** Reads on in a list that became empty but has further pages. */
  async #refill(): Promise<void> {
    const empty = STATES.find(
      (state) => this.lists?.[state].items.length === 0 && this.lists[state].cursor !== null,
    );
    if (empty && !this.loading) await this.loadMore(empty);
  }

  /** Moves a person to the list of their state, or out of all lists. */
  #place(id: string, friend: Friend | null): void {
    const { lists } = this;
    if (!lists) return;
    const listWithout = (state: FriendState): FriendList => {
      const others = lists[state].items.filter((item) => item.id !== id);
      return {
        ...lists[state],
        items: friend?.state === state ? sortItems(state, [...others, friend]) : others,
      };
    };
    this.lists = {
      invited: listWithout('invited'),
      requested: listWithout('requested'),
      friends: listWithout('friends'),
    };
  }

  /** Reads all lists until everyone is found, or to the end. */
  async #search(
    ids: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Friend | null>> {
    const results = new Map<string, Friend | null>(ids.map((id) => [id, null]));
    const missing = new Set(ids);
    const searchList = async (state: FriendState) => {
      let cursor: string | null = null;
      do {
        signal?.throwIfAborted();
        const page: Page<Friend> = await this.#api.friends(state, cursor, signal);
        for (const item of page.items) if (missing.delete(item.id)) results.set(item.id, item);
        cursor = page.cursor;
      } while (cursor !== null && missing.size > 0);
    };
    await Promise.all(STATES.map(searchList));
    return results;
  }

  /** Replaces the lists by the result of `read`, unless a later read has started. */
  async #replaceLists(read: () => Promise<Lists>): Promise<void> {
    const number = (this.#latestRead += 1);
    const isLatest = () => number === this.#latestRead;
    this.loading = true;
    try {
      const lists = await read();
      if (!isLatest()) return;
      this.lists = lists;
      this.error = null;
    } catch (error) {
      if (isLatest()) this.error = messageOf(error);
    } finally {
      if (isLatest()) this.loading = false;
    }
  }

  #reread(state: FriendState): Promise<FriendList> {
    return this.#readPages(state, EMPTY_LIST, this.lists?.[state].pages ?? 1);
  }

  /**
   * Reads at least `count` pages after `start`, and further ones until a person is added or the
   * list ends: a page can be empty and not the last.
   */
  async #readPages(state: FriendState, start: FriendList, count: number): Promise<FriendList> {
    let { items, cursor, pages } = start;
    do {
      const page = await this.#api.friends(state, cursor);
      items = [...items, ...page.items];
      cursor = page.cursor;
      pages += 1;
    } while (
      cursor !== null &&
      (pages < start.pages + count || items.length === start.items.length)
    );
    return { items: sortItems(state, items), cursor, pages };
  }
}

/** Sorts friends by name, and requests from the newest to the oldest. Removes duplicates. */
function sortItems(state: FriendState, items: readonly Friend[]): readonly Friend[] {
  const unique = [...new Map(items.map((item) => [item.id, item])).values()];
  if (state === 'friends') return unique.sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return unique.sort((a, b) => b.since.localeCompare(a.since));
}

/** Returns the next person of a list, or the previous one of the last person. */
export function neighbourOf(items: readonly Friend[], id: string): Friend | null {
  const index = items.findIndex((item) => item.id === id);
  return index < 0 ? null : (items[index + 1] ?? items[index - 1] ?? null);
}
