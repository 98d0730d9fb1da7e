import { JustifiedLayout } from '@immich/justified-layout-wasm';
import type { Pinned } from './arrange';

export interface Box {
  /** Pixels from the grid's upper left corner. */
  top: number;
  left: number;
  width: number;
  height: number;
}

export interface Layout {
  /** Pixels of the whole grid. */
  height: number;
  count: number;
  box(index: number): Box;
  /** The rows from which it was laid out up and down. */
  pinned?: Pinned;
}

type Shape = { width?: number | null; height?: number | null };

/** Pixels between pictures. */
export const GAP = 6;
/** Narrower than this is a phone: lower rows, so that two pictures still fit beside each other. */
const PHONE = 600;
/** Panoramas and tall strips are shown cropped, so that none becomes a thread. */
const WIDEST = 3;
const TALLEST = 0.5;
/** A picture whose size is not known yet, or never will be. */
const UNKNOWN = 1.6;

/**
 * Lays pictures out in justified rows of about equal height, `width` pixels wide. Where `more` will follow, the last row waits
 * for them: laid out now, its pictures would jump later. Around `pinned` rows the others are laid out down and up from there.
 */
export function justify(
  pictures: readonly Shape[],
  width: number,
  more = false,
  pinned?: Pinned,
): Layout {
  const layout =
    pinned && pinned.index > 0 ? around(pictures, width, pinned) : plain(pictures, width);
  const { count, box } = layout;
  const lastRow = count === 0 ? 0 : box(count - 1).top;
  if (!more || lastRow === 0) return layout;
  return {
    ...layout,
    count: bisect(count, (index) => box(index).top >= lastRow),
    height: lastRow - GAP,
  };
}

function plain(pictures: readonly Shape[], width: number): Layout {
  const phone = width < PHONE;
  const aspects = new Float32Array(pictures.length);
  for (let i = 0; i < aspects.length; i += 1) aspects[i] = aspect(pictures[i]!);
  const layout = new JustifiedLayout(aspects, {
    rowHeight: phone ? 150 : 232,
    rowWidth: width,
    spacing: GAP,
    heightTolerance: phone ? 0.6 : 0.3,
  });
  const count = pictures.length;
  return {
    count,
    height: count === 0 ? 0 : layout.containerHeight,
    box: (index) => layout.getPosition(index),
  };
}

function around(pictures: readonly Shape[], width: number, { index, top, boxes }: Pinned): Layout {
  const end = index + boxes.length;
  // From the pinned rows upwards: a row that is not filled is the very first.
  const upper = plain(pictures.slice(0, index).reverse(), width);
  const lower = plain(pictures.slice(end), width);
  // What is pinned moves by whole pixels, as the screen scrolls.
  const shift = Math.round(upper.height + GAP - top);
  const pinnedTop = top + shift;
  const first = boxes[0];
  const last = boxes.at(-1);
  const lowerTop = last && first ? pinnedTop + last.top + last.height - first.top + GAP : pinnedTop;
  const firstRow = upper.box(index - 1).top;
  const firstRowLeft = leftOf(upper, index, firstRow, width);
  const box = (i: number): Box => {
    if (i >= end) return { ...lower.box(i - end), top: lower.box(i - end).top + lowerTop };
    if (i >= index)
      return { ...boxes[i - index]!, top: boxes[i - index]!.top - first!.top + pinnedTop };
    const turned = upper.box(index - 1 - i);
    const left = width - turned.left - turned.width;
    return {
      ...turned,
      top: pinnedTop - GAP - turned.top - turned.height,
      left: turned.top === firstRow ? left - firstRowLeft : left,
    };
  };
  const height = lower.count > 0 ? lowerTop + lower.height : lowerTop - GAP;
  return { count: pictures.length, height, box, pinned: { index, top: pinnedTop, boxes } };
}

/** How far the first row begins from the left once it is turned round. */
function leftOf(upper: Layout, count: number, row: number, width: number): number {
  const last = upper.box(count - 1);
  return last.top === row ? Math.max(0, width - last.left - last.width) : 0;
}

function aspect({ width, height }: Shape): number {
  return width && height ? Math.min(WIDEST, Math.max(TALLEST, width / height)) : UNKNOWN;
}

/** Which boxes lie between `from` and `to` (pixels from the grid's top): `[first, end)`. Rows come in order, so by bisection. */
export function visible(layout: Layout, from: number, to: number): [number, number] {
  const first = bisect(
    layout.count,
    (index) => layout.box(index).top + layout.box(index).height >= from,
  );
  const end = bisect(layout.count, (index) => layout.box(index).top > to);
  return [first, Math.max(first, end)];
}

/** The first index for which `after` holds; it must hold for all that follow. */
function bisect(count: number, after: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (after(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The picture that an arrow key leads to from `index`; itself at the edge. */
export function toward(layout: Layout, index: number, key: string): number {
  if (key === 'ArrowLeft') return Math.max(0, index - 1);
  if (key === 'ArrowRight') return Math.min(layout.count - 1, index + 1);
  const from = layout.box(index);
  const step = key === 'ArrowUp' ? -1 : 1;
  let best = index;
  let row: number | null = null;
  let distance = Infinity;
  for (let i = index + step; i >= 0 && i < layout.count; i += step) {
    const { top, left, width } = layout.box(i);
    if (top === from.top) continue;
    if (row !== null && top !== row) break;
    row = top;
    const away = Math.abs(left + width / 2 - from.left - from.width / 2);
    if (away < distance) [best, distance] = [i, away];
  }
  return best;
}
