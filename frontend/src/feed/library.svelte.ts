import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { SOON } from '../live/live.svelte';
import type { ListName } from '../routes.svelte';
import { Collection } from './collection.svelte';
import { indexOf } from './sorted';

/** Milliseconds for which a list that is kept in step need not be read anew: the addresses of prints run out after that. */
const LASTS_IN_STEP = 20 * 60_000;

/** The lists that a person can look at, kept in step: a picture that changes anywhere changes in each. */
export class Library {
  /** Counts how often what may be seen has changed as a whole: a list that is on the screen is opened again then. */
  expired = $state(0);

  #api: Api;
  #inStep: () => boolean;
  #me: string | null = null;
  /** Made when they are first looked at. */
  #lists = $state.raw<Map<ListName, Collection>>(new Map());
  /** Taken off the screen, and perhaps brought back. */
  #away = new Map<string, Picture>();
  /** What is being read of pictures; `over`: the picture has gone meanwhile, or the person. */
  #reads = new Set<{ id: string; over: boolean }>();

  /** `inStep`: whether changes are told at this moment. */
  constructor(api: Api, inStep: () => boolean = () => false) {
    this.#api = api;
    this.#inStep = inStep;
  }

  list(name: ListName): Collection {
    const lists = this.#lists;
    let list = lists.get(name);
    if (!list) lists.set(name, (list = this.#make(name)));
    return list;
  }

  /** Reads what is to be read before it is looked at. */
  async open(name: ListName): Promise<void> {
    await this.list(name).open(this.#inStep() ? LASTS_IN_STEP : undefined);
  }

  /** Another person, or nobody: nothing that the last one saw stays in memory. */
  belongTo(me: string | null): void {
    if (me === this.#me) return;
    this.#me = me;
    this.#away.clear();
    for (const read of this.#reads) read.over = true;
    this.#lists = new Map();
  }

  /** Whose pictures may be seen has changed: all is read anew when it is looked at, and what is on the screen stays there until then. */
  expire(): void {
    for (const list of this.#lists.values()) list.expire();
    this.expired += 1;
  }

  /** Changes are told from now on only: what was read earlier may lack some. */
  connected(): void {
    const before = Date.now() - SOON;
    const old = [...this.#lists.values()].filter(({ readAt }) => readAt < before);
    for (const list of old) list.expire();
    if (old.length > 0) this.expired += 1;
  }

  /** What is known of a picture from any list. */
  find(id: string): Picture | undefined {
    for (const { items } of this.#lists.values()) {
      const found = items[indexOf(items, id)];
      if (found) return found;
    }
    return this.#away.get(id);
  }

  put(picture: Picture): void {
    // Told to nobody but its owner: a reply for somebody who has left.
    if (picture.original && picture.owner.id !== this.#me) return;
    if (this.#away.has(picture.id)) this.#away.set(picture.id, picture);
    else for (const list of this.#lists.values()) list.put(picture);
  }

  /** Reads a picture and puts it in; null where it, or the person, is gone by then. */
  async read(id: string, from: () => Promise<Picture>): Promise<Picture | null> {
    const read = { id, over: false };
    this.#reads.add(read);
    try {
      const picture = await from();
      if (read.over) return null;
      this.put(picture);
      return picture;
    } finally {
      this.#reads.delete(read);
    }
  }

  remove(id: string): void {
    this.#lose(id);
    this.#away.delete(id);
    for (const list of this.#lists.values()) list.remove(id);
  }

  /** Takes pictures off the screen: they may be brought back. */
  takeAway(pictures: readonly Picture[]): void {
    for (const picture of pictures) {
      this.#lose(picture.id);
      this.#away.set(picture.id, picture);
    }
    const ids = new Set(pictures.map(({ id }) => id));
    for (const list of this.#lists.values()) list.removeAll(ids);
  }

  /** Brings back what was taken away, unless it is gone meanwhile. */
  bringBack(ids: readonly string[]): void {
    for (const id of ids) {
      const picture = this.#away.get(id);
      this.#away.delete(id);
      if (picture) this.put(picture);
    }
  }

  #lose(id: string): void {
    for (const read of this.#reads) if (read.id === id) read.over = true;
  }

  #make(name: ListName): Collection {
    const api = this.#api;
    const mine = (picture: Picture) => picture.owner.id === this.#me;
    const ready = (picture: Picture) => picture.state === 'ready';
    switch (name) {
      case 'feed':
        return this.#collection(
          api.feed,
          (picture) => ready(picture) && (mine(picture) || picture.visibility !== 'private'),
        );
      case 'public':
        return this.#collection(
          api.publicPictures,
          (picture) => ready(picture) && picture.visibility === 'public',
        );
      case 'mine':
        return this.#collection((cursor, few) => api.picturesOf(this.#me ?? '', cursor, few), mine);
      default: {
        const person = name.slice('people/'.length);
        return this.#collection(
          (cursor, few) => api.picturesOf(person, cursor, few),
          (picture) => ready(picture) && picture.owner.id === person,
        );
      }
    }
  }

  #collection(fetchPage: Api['feed'], accepts: (picture: Picture) => boolean): Collection {
    const away = this.#away;
    return new Collection(async (cursor, few) => {
      const page = await fetchPage(cursor, few);
      return away.size === 0
        ? page
        : { ...page, items: page.items.filter(({ id }) => !away.has(id)) };
    }, accepts);
  }
}
