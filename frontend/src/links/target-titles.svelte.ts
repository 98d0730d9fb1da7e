import type { Link } from '../api/album-types';
import type { Api } from '../api/albumen';
import type { AlbumsApi } from '../api/albums';
import { runBatch } from '../feed/run-batch';
import { titleOf } from '../picture/describe';
import { linkTexts } from '../texts/links';

/** The titles of the albums and pictures that links open. Each is read once. */
export class TargetTitles {
  #titles = $state.raw<ReadonlyMap<string, string>>(new Map());
  #requested = new Set<string>();
  readonly #api: Pick<AlbumsApi, 'getAlbum'> & Pick<Api, 'getPicture'>;

  constructor(api: Pick<AlbumsApi, 'getAlbum'> & Pick<Api, 'getPicture'>) {
    this.#api = api;
  }

  /** Returns the title, or a general name until it is known. */
  of(link: Link): string {
    const { untitledAlbum, untitledPicture } = linkTexts.link;
    return this.#titles.get(keyOf(link)) ?? (link.albumId ? untitledAlbum : untitledPicture);
  }

  /** Reads the titles that are not known yet. The general name remains if a read fails. */
  async read(links: readonly Link[]): Promise<void> {
    const unknown = new Map(links.map((link) => [keyOf(link), link]));
    for (const key of this.#requested) unknown.delete(key);
    for (const key of unknown.keys()) this.#requested.add(key);
    await runBatch([...unknown], async ([key, link]) => {
      const title = await this.#fetch(link);
      this.#titles = new Map(this.#titles).set(key, title);
    });
  }

  async #fetch({ albumId, ownerId, pictureId }: Link): Promise<string> {
    if (albumId) return (await this.#api.getAlbum(albumId)).title;
    return titleOf(await this.#api.getPicture(ownerId ?? '', pictureId ?? ''));
  }
}

const keyOf = ({ albumId, ownerId, pictureId }: Link) => albumId ?? `${ownerId}/${pictureId}`;
