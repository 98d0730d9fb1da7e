import { ApiError, sentence } from '../api/errors';
import type { Picture } from '../api/types';
import type { App } from '../app';
import { t } from '../texts';
import { announce } from '../ui/announce.svelte';
import { toasts } from '../ui/toasts.svelte';
import { onAll } from './batch';

/**
 * Takes pictures off the screen at once, and deletes them when nobody has taken it back for some seconds, or when the page is
 * left. What cannot be deleted comes back.
 */
export function deletePictures(
  { api, library }: Pick<App, 'api' | 'library'>,
  pictures: readonly Picture[],
): void {
  const count = pictures.length;
  if (count === 0) return;
  library.takeAway(pictures);
  // Signed now: when the page is left, or the person signs out, there is no time or no key for it.
  const calls = new Map(
    pictures.map((picture) => [picture.id, api.prepareDelete(picture.owner.id, picture.id)]),
  );

  async function send(atOnce: boolean): Promise<void> {
    const { failed } = await onAll(
      pictures,
      (picture) => calls.get(picture.id)!().catch(unlessGone),
      { atOnce: atOnce ? count : undefined },
    );
    if (failed.length === 0) return;
    library.bringBack(failed.map(({ item }) => item.id));
    toasts.show(t.picture.notRemoved(failed.length, count, sentence(failed[0]!.error)));
  }

  toasts.show(t.picture.removed(count), {
    undo: () => {
      library.bringBack(pictures.map(({ id }) => id));
      announce(t.picture.kept(count));
    },
    onGone: (atOnce) => void send(atOnce),
  });
}

/** Deleted already, here or elsewhere: that is what was wanted. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 404)) throw error;
}
