import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import type { ListName } from '../routes.svelte';
import { Collection } from './collection.svelte';

/** The lists that a person can look at, kept in step: a picture that changes anywhere changes in each. */
export class Library {
  #api: Api;
  #me: string | null = null;
  /** Made when they are first looked at. */
  #lists = $state.raw<Map<ListName, Collection>>(new Map());

  constructor(api: Api) {
    this.#api = api;
  }

  list(name: ListName): Collection {
    const lists = this.#lists;
    let list = lists.get(name);
    if (!list) lists.set(name, (list = this.#make(name)));
    return list;
  }

  /** Another person, or nobody: nothing that the last one saw stays in memory. */
  belongTo(me: string | null): void {
    if (me === this.#me) return;
    this.#me = me;
    this.forget();
  }

  /** Whose pictures may be seen has changed: all is read anew when it is looked at. */
  forget(): void {
    this.#lists = new Map();
  }

  put(picture: Picture): void {
    for (const list of this.#lists.values()) list.put(picture);
  }

  remove(id: string): void {
    for (const list of this.#lists.values()) list.remove(id);
  }

  #make(name: ListName): Collection {
    const api = this.#api;
    const mine = (picture: Picture) => picture.owner.id === this.#me;
    const ready = (picture: Picture) => picture.state === 'ready';
    switch (name) {
      case 'feed':
        return new Collection(api.feed, (picture) => ready(picture) && (mine(picture) || picture.visibility !== 'private'));
      case 'public':
        return new Collection(api.publicPictures, (picture) => ready(picture) && picture.visibility === 'public');
      case 'mine':
        return new Collection((cursor) => api.picturesOf(this.#me ?? '', cursor), mine);
      default: {
        const person = name.slice('people/'.length);
        return new Collection((cursor) => api.picturesOf(person, cursor), (picture) => ready(picture) && picture.owner.id === person);
      }
    }
  }
}
