import { JustifiedLayout } from '@immich/justified-layout-wasm';

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
}

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
 * for them: laid out now, its pictures would jump later.
 */
export function justify(pictures: readonly { width?: number | null; height?: number | null }[], width: number, more = false): Layout {
  const phone = width < PHONE;
  const layout = new JustifiedLayout(Float32Array.from(pictures, aspect), {
    rowHeight: phone ? 150 : 232,
    rowWidth: width,
    spacing: GAP,
    heightTolerance: phone ? 0.6 : 0.3,
  });
  const box = (index: number) => layout.getPosition(index);
  const count = pictures.length;
  const lastRow = count === 0 ? 0 : box(count - 1).top;
  if (!more || lastRow === 0) return { count, height: count === 0 ? 0 : layout.containerHeight, box };
  return { count: bisect(count, (index) => box(index).top >= lastRow), height: lastRow - GAP, box };
}

function aspect({ width, height }: { width?: number | null; height?: number | null }): number {
  return width && height ? Math.min(WIDEST, Math.max(TALLEST, width / height)) : UNKNOWN;
}

/** Which boxes lie between `from` and `to` (pixels from the grid's top): `[first, end)`. Rows come in order, so by bisection. */
export function visible(layout: Layout, from: number, to: number): [number, number] {
  const first = bisect(layout.count, (index) => layout.box(index).top + layout.box(index).height >= from);
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
