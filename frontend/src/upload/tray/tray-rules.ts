import type { UploadItem } from '../list/item';

/** Milliseconds for which the tray is visible after all pictures are ready. */
export const CLOSE_DELAY_MS = 6_000;

/** Returns `true` if all pictures are ready and the person has nothing to read or to decide. */
export const isAllDone = (items: readonly Pick<UploadItem, 'state' | 'saveError'>[]) =>
  items.length > 0 && items.every(({ state, saveError }) => state.name === 'ready' && !saveError);

/** Returns the failed uploads first, then the duplicates, then the others in their order. */
export const sortByUrgency = <Item extends Pick<UploadItem, 'state'>>(items: readonly Item[]) =>
  [...items].sort((a, b) => urgency(b) - urgency(a));

function urgency({ state }: Pick<UploadItem, 'state'>): number {
  if (state.name === 'failed') return 2;
  return state.name === 'duplicate' ? 1 : 0;
}
