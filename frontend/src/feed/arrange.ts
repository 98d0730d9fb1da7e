/** Lays out a changed list so that the pictures on the screen keep their places. */
import { justify, visibleRange, type Layout, type PinnedRows } from './layout';

export interface GridItem {
  id: string;
  width?: number | null;
  height?: number | null;
}

/** A list to lay out in a grid of `width` pixels. */
export interface GridContent {
  items: readonly GridItem[];
  width: number;
  /** Whether the list has more pages. */
  hasMore: boolean;
}

/** A list with its layout. */
export interface Arrangement extends GridContent {
  layout: Layout;
}

/** The visible part of the grid, in pixels from its top. */
export interface VisiblePart {
  from: number;
  to: number;
}

export interface Rearrangement {
  arrangement: Arrangement;
  /** The pixels by which the visible pictures moved down in the grid. Scroll by as much. */
  shift: number;
}

export function arrange(content: GridContent, pinned?: PinnedRows): Arrangement {
  const { items, width, hasMore } = content;
  return { ...content, layout: justify(items, width, hasMore, pinned) };
}

/** Lays out new content. At the top of the grid, the visible pictures can move. */
export function rearrange(
  before: Arrangement,
  content: GridContent,
  { from, to }: VisiblePart,
): Rearrangement {
  if (from <= 0) return { arrangement: arrange(content), shift: 0 };
  const [first, end] = visibleRange(before.layout, from, to);
  if (content.width !== before.width) return resize(before, content, first);
  const { pinned } = before.layout;
  const pinnedEnd = pinned ? pinned.index + pinned.boxes.length : 0;
  if (isUnchanged(before.items, content.items, Math.max(end, pinnedEnd)))
    return { arrangement: arrange(content, pinned), shift: 0 };
  const rows = pinRows(before, content.items, first, end);
  if (!rows) return { arrangement: arrange(content), shift: 0 };
  const arrangement = arrange(content, rows);
  return { arrangement, shift: arrangement.layout.pinned!.top - rows.top };
}

/** Returns `true` if both lists have the same items and sizes up to the index `end`. */
export function isUnchanged(
  before: readonly GridItem[],
  items: readonly GridItem[],
  end: number,
): boolean {
  if (items.length < end) return false;
  for (let i = 0; i < end; i += 1) if (!isSameTile(before[i]!, items[i]!)) return false;
  return true;
}

const isSameTile = (a: GridItem, b: GridItem) =>
  a === b || (a.id === b.id && a.width === b.width && a.height === b.height);

/**
 * Returns the leading visible rows that did not change. If the first visible picture was removed,
 * the next remaining one keeps its height. Returns `null` if none remains.
 */
function pinRows(
  { items: oldItems, layout }: Arrangement,
  items: readonly GridItem[],
  first: number,
  end: number,
): PinnedRows | null {
  const indexes = new Map(items.map(({ id }, index) => [id, index]));
  let anchor = first;
  while (anchor < end && !indexes.has(oldItems[anchor]!.id)) anchor += 1;
  const index = indexes.get(oldItems[anchor]?.id ?? '');
  if (index === undefined) return null;
  const { top } = layout.boxAt(anchor);
  if (anchor !== first) return { index, top, boxes: [] };
  const sameCount = countSameTiles(oldItems.slice(first, end), items.slice(index));
  const count = wholeRows(layout, first, sameCount);
  return { index, top, boxes: Array.from({ length: count }, (_, i) => layout.boxAt(first + i)) };
}

function countSameTiles(before: readonly GridItem[], items: readonly GridItem[]): number {
  let count = 0;
  while (count < before.length && count < items.length && isSameTile(before[count]!, items[count]!))
    count += 1;
  return count;
}

/** Reduces `count` so that the tiles from `first` on end with a complete row. */
function wholeRows(layout: Layout, first: number, count: number): number {
  let end = first + count;
  while (end > first && end < layout.count && layout.boxAt(end).top === layout.boxAt(end - 1).top)
    end -= 1;
  return end - first;
}

/** Keeps the first visible picture at its height when the width of the grid changes. */
function resize(before: Arrangement, content: GridContent, first: number): Rearrangement {
  const arrangement = arrange(content);
  const { layout } = arrangement;
  const index = content.items.findIndex(({ id }) => id === before.items[first]?.id);
  if (index < 0 || index >= layout.count) return { arrangement, shift: 0 };
  return { arrangement, shift: layout.boxAt(index).top - before.layout.boxAt(first).top };
}
