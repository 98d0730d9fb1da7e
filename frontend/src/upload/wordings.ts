/** Caption and audience of all uploads: as they are chosen here, so they become there. */
import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { t } from '../texts';
import type { UploadItem, Wording } from './item';
import type { Items } from './items.svelte';
import { Left } from './left';
import { createSaver, wishOf, type Saver, type Wish } from './saver';

export class Wordings {
  #items: Items;
  #onPicture: (picture: Picture) => void;
  #saver: Saver;
  #left = new Left((id, wish) => void this.#saver.save(id, wish));
  /** Counts whose turn it is. */
  #turn = 0;

  constructor(api: Api, items: Items, onPicture: (picture: Picture) => void) {
    this.#items = items;
    this.#onPicture = onPicture;
    this.#saver = createSaver(api, {
      onSaved: (id, picture) => this.#saved(id, picture),
      onFailed: (id, wish, reason) => this.#failed(id, wish, reason),
    });
  }

  /** Of how many they are not as they were chosen. */
  get unsaved(): number {
    return (
      this.#saver.count() +
      this.#left.count +
      this.#items.all.filter(({ unsaved }) => unsaved).length
    );
  }

  /** Of some or all: what has been registered is changed there, too. Gives why that failed, or null; undefined: it is somebody else's turn by then. */
  async change(
    ids: readonly string[],
    wording: Partial<Wording>,
  ): Promise<string | null | undefined> {
    const mine = this.#turn;
    for (const id of ids) this.#items.change(id, { ...wording, unsaved: null });
    const problems = await Promise.all(ids.map((id) => this.#save(id)));
    return mine === this.#turn ? (problems.find((problem) => problem !== null) ?? null) : undefined;
  }

  /** It was registered so; by now something else may have been chosen. */
  registered(id: string, { visibility, caption = '' }: Partial<Wording>): void {
    const item = this.#items.find(id);
    if (item && (item.visibility !== visibility || item.caption !== caption)) void this.#save(id);
  }

  /** It was changed elsewhere; the lists are told of that themselves. What is being saved here comes after it. */
  told({ id, picture, unsaved }: UploadItem, { caption, visibility }: Picture): void {
    if (!picture || unsaved || this.#saver.isSaving(id)) return;
    this.#items.change(id, {
      caption: caption ?? '',
      visibility,
      picture: { ...picture, caption: caption ?? null, visibility },
    });
  }

  /** Another person. */
  end(): void {
    this.#turn += 1;
    this.#saver.end();
    this.#left.clear();
  }

  async #save(id: string): Promise<string | null> {
    const item = this.#items.find(id);
    const wish = item && wishOf(item);
    return wish ? this.#saver.save(id, wish) : null;
  }

  /** The reply says all that is so now, also what was changed elsewhere. */
  #saved(id: string, picture: Picture): void {
    this.#items.change(id, {
      caption: picture.caption ?? '',
      visibility: picture.visibility,
      picture,
      unsaved: null,
    });
    if (picture.state === 'ready') this.#onPicture(picture);
  }

  #failed(id: string, wish: Wish, reason: string): void {
    if (this.#items.find(id)) this.#items.change(id, { unsaved: t.upload.edit.failed(reason) });
    else this.#left.add(id, wish, reason);
  }
}
