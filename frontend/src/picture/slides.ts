/** The pictures of the viewer, in the order of their list. */
import type { Picture } from '../api/types';
import { indexOfId, isNewestFirst, lowerBound } from '../feed/sorted-list';

type Pictures = readonly Picture[];

/**
 * Returns the list with `first` in its place. If `first` is older than all pictures that are
 * loaded, returns only `first`. A list in another order cannot have a place for it either.
 */
export function createSlides(list: Pictures, first: Picture): Picture[] {
  if (indexOfId(list, first.id) >= 0) return [...list];
  const index = isNewestFirst(list) ? lowerBound(list, first.id) : list.length;
  return index < list.length ? list.toSpliced(index, 0, first) : [first];
}

/** Returns the pictures of the list that follow the last slide. */
export function picturesAfter(slides: Pictures, list: Pictures): Pictures {
  const last = slides.at(-1);
  if (!last) return list;
  const index = indexOfId(list, last.id);
  if (index >= 0) return list.slice(index + 1);
  return isNewestFirst(list) ? list.slice(lowerBound(list, last.id)) : [];
}
