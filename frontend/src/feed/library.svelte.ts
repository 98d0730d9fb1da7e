import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import type { Tab } from '../routes.svelte';
import { Collection } from './collection.svelte';

/** The lists that a person can look at, kept in step: a picture that changes anywhere changes in each. */
export class Library {
  #api: Api;
  #me: string | null = null;
  #lists: Record<Tab, Collection>;

  constructor(api: Api) {
    this.#api = api;
    this.#lists = $state.raw(this.#fresh());
  }

  list(tab: Tab): Collection {
    return this.#lists[tab];
  }

  /** Another person, or nobody: nothing that the last one saw stays in memory. */
  belongTo(me: string | null): void {
    if (me === this.#me) return;
    this.#me = me;
    this.forget();
  }

  /** Whose pictures may be seen has changed: all is read anew when it is looked at. */
  forget(): void {
    this.#lists = this.#fresh();
  }

  put(picture: Picture): void {
    for (const list of Object.values(this.#lists)) list.put(picture);
  }

  remove(id: string): void {
    for (const list of Object.values(this.#lists)) list.remove(id);
  }

  #fresh(): Record<Tab, Collection> {
    const api = this.#api;
    const mine = (picture: Picture) => picture.owner.id === this.#me;
    const ready = (picture: Picture) => picture.state === 'ready';
    return {
      feed: new Collection(api.feed, (picture) => ready(picture) && (mine(picture) || picture.visibility !== 'private')),
      public: new Collection(api.publicPictures, (picture) => ready(picture) && picture.visibility === 'public'),
      mine: new Collection((cursor) => api.picturesOf(this.#me ?? '', cursor), mine),
    };
  }
}
