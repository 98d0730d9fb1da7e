import type { Api } from '../api/albumen';
import { sentence } from '../api/errors';
import type { Friend, FriendState, Person } from '../api/types';
import { nameOf } from '../picture/describe';

export interface FriendList {
  items: readonly Friend[];
  /** Where to read on; null at the end. */
  cursor: string | null;
}

type Lists = Readonly<Record<FriendState, FriendList>>;

const NOTHING: FriendList = { items: [], cursor: null };

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
  #latest = 0;

  constructor(api: Api, onChange: () => void) {
    this.#api = api;
    this.#onChange = onChange;
  }

  /** Reads everything anew, as far as it was shown. */
  async load(): Promise<void> {
    await this.#replace(async () => {
      const [invited, requested, friends] = await Promise.all([this.#read('invited'), this.#read('requested'), this.#read('friends')]);
      return { invited, requested, friends };
    });
  }

  /** Reads on in one list. */
  async more(state: FriendState): Promise<void> {
    const lists = this.lists;
    if (!lists?.[state].cursor) return;
    await this.#replace(async () => ({ ...lists, [state]: await this.#readOn(state, lists[state], 1) }));
  }

  /** What is known of somebody, if anything is. */
  of(person: Person): Friend | null {
    for (const { items } of Object.values(this.lists ?? {})) {
      const found = items.find(({ id }) => id === person.id);
      if (found) return found;
    }
    return null;
  }

  /** Asks, or accepts; says which it was. Throws what the API says. */
  async befriend(id: string): Promise<FriendState> {
    const { state } = await this.#api.befriend(id);
    await this.#changed();
    return state;
  }

  /** Withdraws, declines or unfriends. Throws what the API says. */
  async unfriend(id: string): Promise<void> {
    await this.#api.unfriend(id);
    await this.#changed();
  }

  async #changed(): Promise<void> {
    this.#onChange();
    await this.load();
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
      if (mine === this.#latest) this.error = sentence(error);
    } finally {
      if (mine === this.#latest) this.loading = false;
    }
  }

  #read(state: FriendState): Promise<FriendList> {
    return this.#readOn(state, NOTHING, Math.max(1, this.lists?.[state].items.length ?? 0));
  }

  /** Reads on after `start` until at least `count` people are added, or the end: pages may be empty and not the last. */
  async #readOn(state: FriendState, start: FriendList, count: number): Promise<FriendList> {
    let { items, cursor } = start;
    do {
      const page = await this.#api.friends(state, cursor);
      items = [...items, ...page.items];
      cursor = page.cursor;
    } while (cursor !== null && items.length < start.items.length + count);
    return { items: sorted(state, items), cursor };
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
