import type { AlbumMember, MemberRole } from '../api/album-types';
import type { Api } from '../api/albumen';
import type { AlbumsApi } from '../api/albums';
import { messageOf } from '../api/errors';
import type { Friend, Page } from '../api/types';
import { runBatch } from '../feed/run-batch';

type MembersApi = Pick<AlbumsApi, 'members' | 'setMember' | 'removeMember'> & Pick<Api, 'friends'>;

/** An album has at most 500 members, so this is never reached. */
const MAX_PAGES = 50;

/** The members of one album, and the friends who can become members. */
export class Members {
  /** Null until they are read. */
  items = $state.raw<readonly AlbumMember[] | null>(null);
  error = $state<string | null>(null);
  /** Null until they are read. */
  friends = $state.raw<readonly Friend[] | null>(null);
  friendsError = $state<string | null>(null);
  /** The friends who are no members. */
  readonly candidates = $derived.by(() => {
    const members = new Set(this.items?.map(({ id }) => id));
    return this.friends?.filter(({ id }) => !members.has(id)) ?? null;
  });
  readonly #albumId: string;
  readonly #api: MembersApi;

  constructor(api: MembersApi, albumId: string) {
    this.#api = api;
    this.#albumId = albumId;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      this.items = await readAll((cursor) => this.#api.members(this.#albumId, cursor));
    } catch (error) {
      this.error = messageOf(error);
    }
  }

  async loadFriends(): Promise<void> {
    this.friendsError = null;
    try {
      this.friends = await readAll((cursor) => this.#api.friends('friends', cursor));
    } catch (error) {
      this.friendsError = messageOf(error);
    }
  }

  /** Adds friends. Returns those that could not be added, with the first reason. */
  async add(
    ids: readonly string[],
    role: MemberRole,
  ): Promise<{ failed: readonly string[]; reason: string }> {
    const { failed } = await runBatch(ids, (id) => this.#api.setMember(this.#albumId, id, role));
    await this.load();
    return {
      failed: failed.map(({ item }) => item),
      reason: failed[0] ? messageOf(failed[0].error) : '',
    };
  }

  async setRole(id: string, role: MemberRole): Promise<void> {
    await this.#api.setMember(this.#albumId, id, role);
    this.items = this.items?.map((item) => (item.id === id ? { ...item, role } : item)) ?? null;
  }

  async remove(id: string): Promise<void> {
    await this.#api.removeMember(this.#albumId, id);
    this.items = this.items?.filter((item) => item.id !== id) ?? null;
  }
}

async function readAll<Item>(
  readPage: (cursor: string | null) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: Page<Item> = await readPage(cursor);
    items.push(...page.items);
    cursor = page.cursor;
    if (cursor === null) break;
  }
  return items;
}
