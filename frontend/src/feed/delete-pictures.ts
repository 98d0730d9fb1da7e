import type { Api } from '../api/albumen';
import { ApiError, messageOf } from '../api/errors';
import type { Picture } from '../api/types';
import { forgetImages } from '../shell/kept-images';
import { t } from '../texts';
import { announce } from '../ui/announce.svelte';
import { toasts } from '../ui/toasts.svelte';
import type { Library } from './library.svelte';
import { runBatch } from './run-batch';

interface Dependencies {
  api: Pick<Api, 'prepareDelete'>;
  library: Library;
}

/**
 * Hides pictures at once and deletes them when the time to undo is over or the page closes.
 * Pictures that could not be deleted are shown again.
 */
export function deletePictures({ api, library }: Dependencies, pictures: readonly Picture[]): void {
  const count = pictures.length;
  if (count === 0) return;
  library.hide(pictures);
  // The requests are signed in advance. After sign-out there are no credentials, and while the
  // page closes there is no time.
  const requests = pictures.map(({ id, owner }) => ({
    id,
    send: api.prepareDelete(owner.id, id),
  }));

  async function sendAll(isClosing: boolean): Promise<void> {
    const { failed } = await runBatch(requests, ({ send }) => send().catch(ignoreNotFound), {
      concurrency: isClosing ? count : undefined,
    });
    const failedIds = failed.map(({ item }) => item.id);
    void forgetImages(...pictures.map(({ id }) => id).filter((id) => !failedIds.includes(id)));
    if (failed.length === 0) return;
    library.restore(failedIds);
    toasts.show(t.picture.notRemoved(failed.length, count, messageOf(failed[0]!.error)));
  }

  toasts.show(t.picture.removed(count), {
    undo: () => {
      library.restore(pictures.map(({ id }) => id));
      announce(t.picture.restored(count));
    },
    onClose: (isClosing) => void sendAll(isClosing),
  });
}

/** Treats a picture that was already deleted as a success. */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 404)) throw error;
}
