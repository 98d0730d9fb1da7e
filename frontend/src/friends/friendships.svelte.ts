import type { Api } from '../api/albumen';
import { messageOf } from '../api/errors';
import type { Friend, FriendState, LiveMessage, Page, Person } from '../api/types';
import { nameOf } from '../picture/describe';

export interface FriendList {
  items: readonly Friend[];
  /** Where to read on; null at the end. */
  cursor: string | null;
  /** How many pages were read. */
  pages: number;
}

type Lists = Readonly<Record<FriendState, FriendList>>;

const STATES: readonly FriendState[] = ['invited', 'requested', 'friends'];
const NOTHING: FriendList = { items: [], cursor: null, pages: 0 };

/** Who is what to me, as far as it has been read. */
export class Friends {
  /** Null until they were read for the first time. */
  lists = $state.raw<Lists | null>(null);
  loading = $state(false);
  /** Why what is in `lists` may be out of date, or why there are none. */
  error = $state<string | null>(null);

  #api: Api;
  /** Told after each change: others' pictures come and go with friendships. */
  #onChange: () => void;
  /** Whom `seek` asked about last: they may be on a page that was not read. */
  #sought = $state.raw<{ id: string; friend: Friend | null } | null>(null);
  #latest = 0;
  #changes = 0;

  constructor(api: Api, onChange: () => void) {
    this.#api = api;
    this.#onChange = onChange;
  }

  /** Reads everything anew, as far as it was read. */
  async load(): Promise<void> {
    await this.#replace(async () => {
      const [invited, requested, friends] = await Promise.all([
        this.#read('invited'),
        this.#read('requested'),
        this.#read('friends'),
      ]);
      return { invited, requested, friends };
    });
  }

  /** Reads on in one list. */
  async more(state: FriendState): Promise<void> {
    const lists = this.lists;
    if (!lists?.[state].cursor) return;
    await this.#replace(async () => ({
      ...lists,
      [state]: await this.#readOn(state, lists[state], 1),
    }));
  }

  /** What somebody is to me: null is nothing, and undefined is that it is not known. */
  of({ id }: Pick<Person, 'id'>): Friend | null | undefined {
    const { lists } = this;
    const listed =
      lists && STATES.flatMap((state) => lists[state].items).find((item) => item.id === id);
    if (listed) return listed;
    if (lists && STATES.every((state) => lists[state].cursor === null)) return null;
    return this.#sought?.id === id ? this.#sought.friend : undefined;
  }

  /** Asks the API what somebody is to me, whatever was read before: `of` knows it then. Throws what the API says. */
  async seek(person: Person): Promise<void> {
    let friend: Friend | null;
    let changes: number;
    do {
      changes = this.#changes;
      friend = await this.#search(person.id);
    } while (changes !== this.#changes);
    this.#sought = { id: person.id, friend };
    this.#place(person.id, friend);
    await this.#refill();
  }

  /** Asks, or accepts; says which it was. Throws what the API says. */
  async befriend(person: Person): Promise<FriendState> {
    const { id, handle, firstName, lastName } = person;
    const { state } = await this.#api.befriend(id);
    await this.#changed(id, {
      id,
      handle,
      firstName,
      lastName,
      state,
      since: new Date().toISOString(),
    });
    return state;
  }

  /** Withdraws, declines or unfriends. Throws what the API says. */
  async unfriend(id: string): Promise<void> {
    await this.#api.unfriend(id);
    await this.#changed(id, null);
  }

  /** What happens elsewhere moves rows here: they asked, accepted or ended it, or I did in another page. */
  async told(message: LiveMessage): Promise<void> {
    if (!message.type.startsWith('friend.') || !('user' in message)) return;
    const { user, state, at } = message;
    const before = this.of(user);
    // What I did here comes back to me, too.
    if (before !== undefined && (before?.state ?? null) === state) return;
    const seen = before === undefined || before?.state === 'friends' || state === 'friends';
    const { id, handle, firstName, lastName } = user;
    // Who has no profile is nobody's friend: their account is being deleted.
    const friend =
      state && handle
        ? { id, handle, firstName: firstName ?? '', lastName: lastName ?? '', state, since: at }
        : null;
    await this.#changed(id, friend, seen);
  }

  /** `seen`: whether it changes whose pictures can be seen. One row moves. What is being read at this moment may be older: only then is it read again. */
  async #changed(id: string, friend: Friend | null, seen = true): Promise<void> {
    this.#changes += 1;
    if (seen) this.#onChange();
    if (this.#sought?.id === id) this.#sought = { id, friend };
    this.#place(id, friend);
    await (this.loading ? this.load() : this.#refill());
  }

  /** A list that ran empty is read on: it looks as if there were nobody else. */
  async #refill(): Promise<void> {
    const empty = STATES.find(
      (state) => this.lists?.[state].items.length === 0 && this.lists[state].cursor !== null,
    );
    if (empty && !this.loading) await this.more(empty);
  }

  /** Takes somebody out of the list they are in, and into the one they belong to. */
  #place(id: string, friend: Friend | null): void {
    const { lists } = this;
    if (!lists) return;
    const placed = (state: FriendState): FriendList => {
      const others = lists[state].items.filter((item) => item.id !== id);
      return {
        ...lists[state],
        items: friend?.state === state ? sorted(state, [...others, friend]) : others,
      };
    };
    this.lists = {
      invited: placed('invited'),
      requested: placed('requested'),
      friends: placed('friends'),
    };
  }

  /** Reads all lists until somebody is found, or to the end. */
  async #search(id: string): Promise<Friend | null> {
    let found: Friend | undefined;
    const search = async (state: FriendState) => {
      let cursor: string | null = null;
      do {
        const page: Page<Friend> = await this.#api.friends(state, cursor);
        found ??= page.items.find((item) => item.id === id);
        cursor = page.cursor;
      } while (cursor !== null && !found);
    };
    await Promise.all(STATES.map(search));
    return found ?? null;
  }

  /** What was asked for last is what counts: a reply that comes after it is old. */
  async #replace(read: () => Promise<Lists>): Promise<void> {
    const mine = (this.#latest += 1);
    this.loading = true;
    try {
      const lists = await read();
      if (mine !== this.#latest) return;
      this.lists = lists;
      this.error = null;
    } catch (error) {
      if (mine === this.#latest) this.error = messageOf(error);
    } finally {
      if (mine === this.#latest) this.loading = false;
    }
  }

  #read(state: FriendState): Promise<FriendList> {
    return this.#readOn(state, NOTHING, this.lists?.[state].pages ?? 1);
  }

  /** Reads at least `count` pages after `start` and until somebody is added, or the end: pages may be empty and not the last. */
  async #readOn(state: FriendState, start: FriendList, count: number): Promise<FriendList> {
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
    return { items: sorted(state, items), cursor, pages };
  }
}

/** Friends by name, requests with the newest first; nobody twice. */
function sorted(state: FriendState, items: readonly Friend[]): readonly Friend[] {
  const once = [...new Map(items.map((item) => [item.id, item])).values()];
  if (state === 'friends') return once.sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return once.sort((a, b) => b.since.localeCompare(a.since));
}

/** Who takes the place of somebody who leaves a list: the next one, or else the one before. */
export function neighbour(items: readonly Friend[], id: string): Friend | null {
  const at = items.findIndex((item) => item.id === id);
  return at < 0 ? null : (items[at + 1] ?? items[at - 1] ?? null);
}
