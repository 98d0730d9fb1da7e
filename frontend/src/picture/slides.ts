/** The pictures of the viewer, newest first. */
import type { Picture } from '../api/types';
import { lowerBound } from '../feed/sorted-list';

type Pictures = readonly Picture[];

/**
 * Returns the list with `first` in its place. If `first` is older than all pictures that are
 * loaded, returns only `first`.
 */
export function createSlides(list: Pictures, first: Picture): Picture[] {
  const index = lowerBound(list, first.id);
  if (list[index]?.id === first.id) return [...list];
  return index < list.length ? list.toSpliced(index, 0, first) : [first];
}

/** Returns the pictures of the list that follow the last slide. */
export function picturesAfter(slides: Pictures, list: Pictures): Pictures {
  const last = slides.at(-1);
  if (!last) return list;
  const index = lowerBound(list, last.id);
  return list.slice(list[index]?.id === last.id ? index + 1 : index);
}
