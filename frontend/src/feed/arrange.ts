/** Lays a changed list out so that what is on the screen stays where it is. */
import { justify, visible, type Box, type Layout } from './layout';

export interface Item {
  id: string;
  width?: number | null;
  height?: number | null;
}

/** A list as it is laid out. */
export interface Arrangement {
  items: readonly Item[];
  width: number;
  more: boolean;
  layout: Layout;
}

/** Rows that stay as they are: they begin with the picture at `index`, their upper edge is at `top` for now. */
export interface Pinned {
  index: number;
  top: number;
  boxes: readonly Box[];
}

export interface Change {
  arrangement: Arrangement;
  /** Pixels by which what is on the screen has moved down in the grid: scroll by as much. */
  shift: number;
}

export const arrange = (items: readonly Item[], width: number, more: boolean): Arrangement => ({
  items,
  width,
  more,
  layout: justify(items, width, more),
});

/** The screen from `from` to `to`, pixels from the grid's top. At the grid's top everything may move. */
export function rearrange(
  before: Arrangement,
  items: readonly Item[],
  width: number,
  more: boolean,
  from: number,
  to: number,
): Change {
  if (from <= 0) return { arrangement: arrange(items, width, more), shift: 0 };
  const [first, end] = visible(before.layout, from, to);
  if (width !== before.width) return atOtherWidth(before, items, width, more, first);
  const { pinned } = before.layout;
  if (isSame(before.items, items, Math.max(end, pinned ? pinned.index + pinned.boxes.length : 0))) {
    return {
      arrangement: { items, width, more, layout: justify(items, width, more, pinned) },
      shift: 0,
    };
  }
  const pin = pinRows(before, items, first, end);
  if (!pin) return { arrangement: arrange(items, width, more), shift: 0 };
  const layout = justify(items, width, more, pin);
  return { arrangement: { items, width, more, layout }, shift: layout.pinned!.top - pin.top };
}

/** Whether the change touches nothing up to `end`, so that nothing need move. */
export function isSame(before: readonly Item[], items: readonly Item[], end: number): boolean {
  if (items.length < end) return false;
  for (let i = 0; i < end; i += 1) if (!equal(before[i]!, items[i]!)) return false;
  return true;
}

const equal = (a: Item, b: Item) =>
  a === b || (a.id === b.id && a.width === b.width && a.height === b.height);

/** The rows on the screen, as far as they are the same as before; the first picture of them that is still there stays in any case. */
function pinRows(
  { items: old, layout }: Arrangement,
  items: readonly Item[],
  first: number,
  end: number,
): Pinned | null {
  const places = new Map(items.map(({ id }, index) => [id, index]));
  let anchor = first;
  while (anchor < end && !places.has(old[anchor]!.id)) anchor += 1;
  const index = places.get(old[anchor]?.id ?? '');
  if (index === undefined) return null;
  const top = layout.box(anchor).top;
  if (anchor !== first) return { index, top, boxes: [] };
  let same = 0;
  while (
    first + same < end &&
    items[index + same] &&
    equal(old[first + same]!, items[index + same]!)
  )
    same += 1;
  // Whole rows only.
  while (
    same > 0 &&
    first + same < layout.count &&
    layout.box(first + same).top === layout.box(first + same - 1).top
  )
    same -= 1;
  return { index, top, boxes: Array.from({ length: same }, (_, i) => layout.box(first + i)) };
}

/** The window has another width: the first picture on the screen stays at its height. */
function atOtherWidth(
  before: Arrangement,
  items: readonly Item[],
  width: number,
  more: boolean,
  first: number,
): Change {
  const arrangement = arrange(items, width, more);
  const index = items.findIndex(({ id }) => id === before.items[first]?.id);
  if (index < 0 || index >= arrangement.layout.count) return { arrangement, shift: 0 };
  return { arrangement, shift: arrangement.layout.box(index).top - before.layout.box(first).top };
}
