/** The pictures that a viewer leafs through, newest first. */
import type { Picture } from '../api/types';
import { lowerBound } from '../feed/sorted';

type Pictures = readonly Picture[];

/** The list with `start` in its place; `start` alone where it is older than all that has been read. */
export function slidesOf(list: Pictures, start: Picture): Picture[] {
  const at = lowerBound(list, start.id);
  if (list[at]?.id === start.id) return [...list];
  return at < list.length ? list.toSpliced(at, 0, start) : [start];
}

/** What has been read meanwhile and comes after all slides. */
export function after(slides: Pictures, list: Pictures): Pictures {
  const last = slides.at(-1);
  const at = last ? lowerBound(list, last.id) : 0;
  return list.slice(list[at]?.id === last?.id ? at + 1 : at);
}
