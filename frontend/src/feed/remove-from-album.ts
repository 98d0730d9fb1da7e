import { changeInBulk, chunksOf, keyOf } from '../albums/bulk-change';
import type { Api } from '../api/albumen';
import { prepareRemoval } from '../api/albums';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { albumTexts } from '../texts/albums';
import { announce } from '../ui/announce.svelte';
import { toasts } from '../ui/toasts.svelte';
import type { AlbumOfList } from './album-of-list';
import type { Library } from './library.svelte';

interface Dependencies {
  api: Pick<Api, 'prepare'>;
  library: Library;
}

const idsOf = (pictures: readonly Picture[]) => pictures.map(({ id }) => id);

/**
 * Hides pictures of an album at once, and removes them from it when the time to undo is over or the
 * page closes. Pictures that stay in the album are shown again.
 */
export function removeFromAlbum(
  dependencies: Dependencies,
  ofList: AlbumOfList,
  pictures: readonly Picture[],
): void {
  const { api, library } = dependencies;
  const { id } = ofList.album;
  const count = pictures.length;
  if (count === 0) return;
  const list = library.album(id);
  list.hide(pictures);
  // Signed in advance, as deletions are: there is no time while the page closes.
  const requests = chunksOf(pictures).map((chunk) => prepareRemoval(api, id, chunk.map(keyOf)));

  function putBack(ids: readonly string[]) {
    list.restore(ids);
    library.expireAlbum(id);
  }

  async function send() {
    const { changed, refused, reasons } = await changeInBulk(pictures, () => requests.shift()!());
    list.forget(changed);
    if (changed.length > 0) ofList.onchange();
    if (refused.length === 0) return;
    putBack(refused);
    const remaining = pictures.filter((picture) => refused.includes(picture.id));
    toasts.show(albumTexts.take.refused(refused.length, count, reasons), {
      action: {
        label: t.words.retry,
        run: () => removeFromAlbum(dependencies, ofList, remaining),
      },
    });
  }

  toasts.show(albumTexts.take.done(count), {
    undo: () => {
      putBack(idsOf(pictures));
      announce(albumTexts.take.restored(count));
    },
    onClose: (isClosing) => {
      if (isClosing) for (const sendNow of requests) sendNow().catch(() => undefined);
      else void send();
    },
  });
}
