/** What becomes of a picture once its bytes have arrived. */
import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { follow } from './follow';
import type { Items } from './items.svelte';
import { Sleepers } from './sleepers';

export interface Arrivals {
  /** Asks after the picture of this item until it is ready or has failed. */
  await: (id: string) => Promise<void>;
  /** Those who wait between two looks: who is told of a picture, or has a connection again, wakes them. */
  sleepers: Sleepers;
  /** Nobody waits any more. */
  end: () => void;
}

export interface ArrivalEvents {
  /** Whether what happens is told at this moment. */
  told: () => boolean;
  onDone: (id: string, picture: Picture) => void;
  onRemoved: (id: string) => void;
}

/** Milliseconds between rounds of looks at what takes very long. */
const SELDOM = 30 * 60_000;

export function createArrivals(
  api: Api,
  items: Items,
  { told, onDone, onRemoved }: ArrivalEvents,
): Arrivals {
  const sleepers = new Sleepers();
  let ended = new AbortController();

  return {
    sleepers,
    async await(id) {
      const picture = items.find(id)?.picture;
      if (!picture) return;
      const { signal } = ended;
      let note: string = t.upload.slow;
      const look = () =>
        follow({
          read: () => api.getPicture(picture.owner.id, picture.id),
          onSlow: () => items.apply(id, { type: 'slow', note }),
          sleep: (ms) => sleepers.sleep(picture.id, ms),
          told,
          signal,
        });
      let result = await look();
      while (result === 'unfinished' && !signal.aborted && items.find(id)) {
        items.apply(id, { type: 'slow', note: (note = t.upload.verySlow) });
        await sleepers.sleep(picture.id, SELDOM); // news of it, or a connection that is back, end this
        result = await look();
      }
      sleepers.forget(picture.id);
      if (signal.aborted || result === 'unfinished') return;
      if (result === 'removed') onRemoved(id);
      else onDone(id, result);
    },
    end() {
      ended.abort();
      ended = new AbortController();
      sleepers.wakeAll();
    },
  };
}
