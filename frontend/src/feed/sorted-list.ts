/**
 * Lists of pictures, newest first. The ids are UUIDv7, so they sort by time of registration.
 * The functions return new lists and change none.
 */
import type { Picture } from '../api/types';

type Pictures = readonly Picture[];

/**
 * Returns the first index below `count` for which `isAfter` is true, or `count`.
 * `isAfter` must be true for all later indexes, too.
 */
export function bisect(count: number, isAfter: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the index of the first picture that is not newer than `id`. */
export function lowerBound(items: readonly { id: string }[], id: string): number {
  return bisect(items.length, (index) => items[index]!.id <= id);
}

/**
 * Returns the index of a picture, or -1 if the list does not contain it. Also works for lists of
 * albums, which are not sorted by id.
 */
export function indexOfId(items: readonly { id: string }[], id: string): number {
  const index = lowerBound(items, id);
  return items[index]?.id === id ? index : items.findIndex((item) => item.id === id);
}

/** Whether a list is sorted by id, the newest picture first. Lists of albums can differ. */
export const isNewestFirst = (items: readonly { id: string }[]): boolean =>
  items.every(({ id }, index) => index === 0 || items[index - 1]!.id > id);

/**
 * Inserts or replaces a picture. A picture older than all others is left out unless the list is
 * complete, because a later page contains it.
 */
export function insert(items: Pictures, picture: Picture, isComplete: boolean): Pictures {
  const index = lowerBound(items, picture.id);
  if (items[index]?.id === picture.id) return items.with(index, picture);
  if (index < items.length || isComplete) return items.toSpliced(index, 0, picture);
  return items;
}

/** Removes a picture. Returns the same list if it does not contain the picture. */
export function without(items: Pictures, id: string): Pictures {
  const index = indexOfId(items, id);
  return index < 0 ? items : items.toSpliced(index, 1);
}

/**
 * Merges a page into a list without duplicates. Pages overlap if the list changes between two
 * requests. The page's version of a picture replaces the list's.
 */
export function merge(items: Pictures, page: Pictures): Pictures {
  const sortedPage = page.toSorted(compareNewestFirst);
  const newest = sortedPage[0];
  if (!newest) return items;
  // Usually the page begins after the end of the list, so few pictures need sorting.
  const from = lowerBound(items, newest.id);
  const overlap = new Map(items.slice(from).map((item) => [item.id, item]));
  for (const item of sortedPage) overlap.set(item.id, item);
  const merged = [...overlap.values()];
  if (from < items.length) merged.sort(compareNewestFirst);
  return [...items.slice(0, from), ...merged];
}

function compareNewestFirst(a: Picture, b: Picture): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
