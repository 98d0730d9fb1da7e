import type { Link, LinkSettings, LinkTarget, LinkWithAddress, NewLink } from '../api/album-types';
import type { AlbumsApi } from '../api/albums';
import { messageOf } from '../api/errors';

type LinksApi = Pick<
  AlbumsApi,
  'links' | 'createLink' | 'changeLink' | 'revokeLink' | 'replaceAddress'
>;

/** A member has at most 1,000 links, so this is never reached. */
const MAX_PAGES = 50;

/** The share links of the member. */
export class Links {
  /** Null until they are read. */
  items = $state.raw<readonly Link[] | null>(null);
  error = $state<string | null>(null);
  readonly #api: LinksApi;
  /** The album or picture of the links; null for all links. */
  readonly #target: LinkTarget | null;

  constructor(api: LinksApi, target: LinkTarget | null = null) {
    this.#api = api;
    this.#target = target;
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      const links: Link[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const page: Awaited<ReturnType<LinksApi['links']>> = await this.#api.links(cursor);
        links.push(...page.items.filter((link) => opens(link, this.#target)));
        cursor = page.cursor;
        if (cursor === null) break;
      }
      this.items = links;
    } catch (error) {
      this.error = messageOf(error);
    }
  }

  async create(link: NewLink): Promise<LinkWithAddress> {
    const created = await this.#api.createLink(link);
    this.items = [withoutAddress(created), ...(this.items ?? [])];
    return created;
  }

  async change(id: string, settings: LinkSettings): Promise<void> {
    this.#put(await this.#api.changeLink(id, settings));
  }

  async replaceAddress(id: string): Promise<LinkWithAddress> {
    const replaced = await this.#api.replaceAddress(id);
    this.#put(withoutAddress(replaced));
    return replaced;
  }

  async revoke(id: string): Promise<void> {
    await this.#api.revokeLink(id);
    this.items = this.items?.filter((link) => link.id !== id) ?? null;
  }

  #put(link: Link): void {
    this.items = this.items?.map((item) => (item.id === link.id ? link : item)) ?? null;
  }
}

function opens(link: Link, target: LinkTarget | null): boolean {
  if (target === null) return true;
  if ('albumId' in target) return link.albumId === target.albumId;
  return link.ownerId === target.ownerId && link.pictureId === target.pictureId;
}

/** Drops the secret address, so that it is not kept longer than it is shown. */
function withoutAddress({ url: _url, token: _token, ...link }: LinkWithAddress): Link {
  return link;
}
