/** Lists of pictures, newest first: the ids are UUIDv7, so they sort by time. Nothing here changes a list; each gives a new one. */
import type { Picture } from '../api/types';

type Pictures = readonly Picture[];

/** The first index whose picture is not newer than `id`. */
export function lowerBound(items: readonly { id: string }[], id: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (items[middle]!.id <= id) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where a picture is; -1 if it is not. */
export function indexOf(items: readonly { id: string }[], id: string): number {
  const at = lowerBound(items, id);
  return items[at]?.id === id ? at : -1;
}

/** With `picture` in its place. Older than all that has been read, it will come with its page, unless the list is `complete`. */
export function placed(items: Pictures, picture: Picture, complete: boolean): Pictures {
  const at = lowerBound(items, picture.id);
  if (items[at]?.id === picture.id) return items.with(at, picture);
  if (at < items.length || complete) return items.toSpliced(at, 0, picture);
  return items;
}

export function without(items: Pictures, id: string): Pictures {
  const at = indexOf(items, id);
  return at < 0 ? items : items.toSpliced(at, 1);
}

/** Both, none twice: pages overlap when the list changes between them. Of the same picture that in `later` counts. */
export function union(items: Pictures, later: Pictures): Pictures {
  const page = later.toSorted((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  const first = page[0];
  if (!first) return items;
  // As a rule it simply goes on where the list ends.
  const from = lowerBound(items, first.id);
  const tail = new Map(items.slice(from).map((item) => [item.id, item]));
  for (const item of page) tail.set(item.id, item);
  const merged = [...tail.values()];
  if (from < items.length) merged.sort((a, b) => (a.id < b.id ? 1 : -1));
  return [...items.slice(0, from), ...merged];
}
