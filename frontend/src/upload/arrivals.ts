/** What becomes of a picture once its bytes have arrived. */
import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { follow } from './follow';
import type { Items } from './items.svelte';
import { News } from './news';

export interface Arrivals {
  /** Asks after the picture of this item until it is ready or has failed. */
  await: (id: string) => Promise<void>;
  news: News;
  /** Nobody waits any more. */
  end: () => void;
}

export interface ArrivalEvents {
  /** Whether what happens is told at this moment. */
  told: () => boolean;
  onDone: (id: string, picture: Picture) => void;
  onRemoved: (id: string) => void;
}

export function createArrivals(api: Api, items: Items, { told, onDone, onRemoved }: ArrivalEvents): Arrivals {
  const news = new News();
  let ended = new AbortController();

  return {
    news,
    async await(id) {
      const picture = items.find(id)?.picture;
      if (!picture) return;
      const { signal } = ended;
      const result = await follow({
        read: () => api.getPicture(picture.owner.id, picture.id),
        onSlow: () => items.apply(id, { type: 'slow', note: t.upload.slow }),
        sleep: (ms) => news.sleep(picture.id, ms),
        told,
        signal,
      });
      news.forget(picture.id);
      if (signal.aborted || result === 'unfinished') return;
      if (result === 'removed') onRemoved(id);
      else onDone(id, result);
    },
    end() {
      ended.abort();
      ended = new AbortController();
      news.tellAll();
    },
  };
}
