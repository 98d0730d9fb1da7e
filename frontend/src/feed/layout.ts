import { JustifiedLayout } from '@immich/justified-layout-wasm';
import { bisect } from './sorted-list';

/** A tile, in pixels from the upper left corner of the grid. */
export interface Box {
  top: number;
  left: number;
  width: number;
  height: number;
}

export interface Layout {
  /** The height of the grid in pixels. */
  height: number;
  /** The number of pictures that have a box. */
  count: number;
  boxAt(index: number): Box;
  pinned?: PinnedRows;
}

/** Rows that a new layout leaves unchanged. The other rows are laid out above and below them. */
export interface PinnedRows {
  /** The index of the first picture in these rows. */
  index: number;
  /** The upper edge of the first row, in pixels from the top of the grid. */
  top: number;
  boxes: readonly Box[];
}

/** The size of a picture in pixels, if known. */
interface PictureSize {
  width?: number | null;
  height?: number | null;
}

/** The pixels between two pictures. */
export const GAP = 6;
/** The width in pixels below which rows are lower, so that two pictures fit beside each other. */
const PHONE_WIDTH = 600;
/** Pictures of more extreme aspect ratios are cropped to these. */
const MAX_ASPECT_RATIO = 3;
const MIN_ASPECT_RATIO = 0.5;
/** The aspect ratio of a picture without a known size. */
const DEFAULT_ASPECT_RATIO = 1.6;

/**
 * Lays pictures out in justified rows of similar height, `width` pixels wide.
 * If the list `hasMore` pictures, the last row is left out until the next page completes it.
 */
export function justify(
  pictures: readonly PictureSize[],
  width: number,
  hasMore = false,
  pinned?: PinnedRows,
): Layout {
  const layout =
    pinned && pinned.index > 0
      ? layOutAround(pinned, pictures, width)
      : layOutRows(pictures, width);
  return hasMore ? withoutLastRow(layout) : layout;
}

function withoutLastRow(layout: Layout): Layout {
  const { count, boxAt } = layout;
  const lastRowTop = count === 0 ? 0 : boxAt(count - 1).top;
  if (lastRowTop === 0) return layout;
  return {
    ...layout,
    count: bisect(count, (index) => boxAt(index).top >= lastRowTop),
    height: lastRowTop - GAP,
  };
}

function layOutRows(pictures: readonly PictureSize[], width: number): Layout {
  const isPhone = width < PHONE_WIDTH;
  const layout = new JustifiedLayout(new Float32Array(pictures.map(aspectRatioOf)), {
    rowHeight: isPhone ? 150 : 232,
    rowWidth: width,
    spacing: GAP,
    heightTolerance: isPhone ? 0.6 : 0.3,
  });
  const count = pictures.length;
  return {
    count,
    height: count === 0 ? 0 : layout.containerHeight,
    boxAt: (index) => layout.getPosition(index),
  };
}

/** The pictures above are laid out in reverse, so that only the first row can be incomplete. */
function layOutAround(
  { index, top, boxes }: PinnedRows,
  pictures: readonly PictureSize[],
  width: number,
): Layout {
  const end = index + boxes.length;
  const upper = layOutRows(pictures.slice(0, index).reverse(), width);
  const lower = layOutRows(pictures.slice(end), width);
  // The page scrolls by whole pixels, so the pinned rows move by whole pixels.
  const pinnedTop = top + Math.round(upper.height + GAP - top);
  const boxesTop = boxes[0]?.top ?? 0;
  const lastPinned = boxes.at(-1);
  const lowerTop = lastPinned
    ? pinnedTop + lastPinned.top + lastPinned.height - boxesTop + GAP
    : pinnedTop;
  const turnUpperBox = createUpperBoxTurner(upper, width, pinnedTop - GAP);

  function boxAt(i: number): Box {
    if (i < index) return turnUpperBox(index - 1 - i);
    if (i < end) {
      const box = boxes[i - index]!;
      return { ...box, top: box.top - boxesTop + pinnedTop };
    }
    const box = lower.boxAt(i - end);
    return { ...box, top: box.top + lowerTop };
  }

  return {
    count: pictures.length,
    height: lower.count > 0 ? lowerTop + lower.height : lowerTop - GAP,
    boxAt,
    pinned: { index, top: pinnedTop, boxes },
  };
}

/** Returns a function that rotates a box by 180 degrees, so that the layout ends at `bottom`. */
function createUpperBoxTurner(
  upper: Layout,
  width: number,
  bottom: number,
): (index: number) => Box {
  const firstRow = upper.boxAt(upper.count - 1);
  // The first row can be incomplete. It begins at the left edge, as in any layout.
  const firstRowIndent = Math.max(0, width - firstRow.left - firstRow.width);
  return (index) => {
    const box = upper.boxAt(index);
    const left = width - box.left - box.width;
    return {
      ...box,
      top: bottom - box.top - box.height,
      left: box.top === firstRow.top ? left - firstRowIndent : left,
    };
  };
}

function aspectRatioOf({ width, height }: PictureSize): number {
  if (!width || !height) return DEFAULT_ASPECT_RATIO;
  return Math.min(MAX_ASPECT_RATIO, Math.max(MIN_ASPECT_RATIO, width / height));
}

/** Returns the range `[first, end)` of boxes between two positions, in pixels from the top. */
export function visibleRange(layout: Layout, from: number, to: number): [number, number] {
  const { count, boxAt } = layout;
  const first = bisect(count, (index) => boxAt(index).top + boxAt(index).height >= from);
  const end = bisect(count, (index) => boxAt(index).top > to);
  return [first, Math.max(first, end)];
}

const ARROW_KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
export type ArrowKey = (typeof ARROW_KEYS)[number];

export const isArrowKey = (key: string): key is ArrowKey =>
  (ARROW_KEYS as readonly string[]).includes(key);

/** Returns the index of the picture in the direction of an arrow key, or `index` at the edge. */
export function neighborOf(layout: Layout, index: number, key: ArrowKey): number {
  if (key === 'ArrowLeft') return Math.max(0, index - 1);
  if (key === 'ArrowRight') return Math.min(layout.count - 1, index + 1);
  return nearestInNextRow(layout, index, key === 'ArrowUp' ? -1 : 1);
}

function nearestInNextRow(layout: Layout, index: number, step: 1 | -1): number {
  const from = layout.boxAt(index);
  const center = from.left + from.width / 2;
  let nearest = index;
  let nearestDistance = Infinity;
  let rowTop: number | null = null;
  for (let i = index + step; i >= 0 && i < layout.count; i += step) {
    const { top, left, width } = layout.boxAt(i);
    if (top === from.top) continue;
    if (rowTop !== null && top !== rowTop) break;
    rowTop = top;
    const distance = Math.abs(left + width / 2 - center);
    if (distance < nearestDistance) {
      nearest = i;
      nearestDistance = distance;
    }
  }
  return nearest;
}
