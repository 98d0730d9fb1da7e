import { expect, it } from 'vitest';
import { arrange, rearrange, type Arrangement, type GridItem } from './arrange';
import { visibleRange } from './layout';

const SIZES = [
  [1600, 1067],
  [1067, 1600],
  [1600, 1200],
  [1600, 900],
  [1200, 1200],
] as const;
const item = (number: number): GridItem => ({
  id: String(100_000 - number),
  width: SIZES[(number * 7) % 5]![0],
  height: SIZES[(number * 7) % 5]![1],
});
const album = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => item(from + i));

const SCREEN_HEIGHT = 800;
const screenAt = (from: number) => ({ from, to: from + SCREEN_HEIGHT });

/** Returns the visible pictures with their boxes, relative to the upper edge of the screen. */
function visibleTiles({ items, layout }: Arrangement, from: number) {
  const [first, end] = visibleRange(layout, from, from + SCREEN_HEIGHT);
  return items.slice(first, end).map(({ id }, i) => {
    const { top, left, width, height } = layout.boxAt(first + i);
    return [id, ...[top - from, left, width, height].map((value) => Math.round(value * 10) / 10)];
  });
}

it.each([366, 1200])(
  'a change off the screen moves no visible picture at a width of %i pixels',
  (width) => {
    const hasMore = true;
    const items = album(10, 600);
    const from = 5_000;
    const before = arrange({ items, width, hasMore });
    const seen = visibleTiles(before, from);
    const [first] = visibleRange(before.layout, from, from + SCREEN_HEIGHT);

    const added = rearrange(
      before,
      { items: [...album(7, 10), ...items], width, hasMore },
      screenAt(from),
    );
    expect(added.shift).not.toBe(0);
    expect(visibleTiles(added.arrangement, from + added.shift)).toEqual(seen);

    const removed = rearrange(
      added.arrangement,
      { items: [...album(8, 10), ...items.toSpliced(first - 5, 3)], width, hasMore },
      screenAt(from + added.shift),
    );
    const now = from + added.shift + removed.shift;
    expect(visibleTiles(removed.arrangement, now)).toEqual(seen);

    const appended = rearrange(
      removed.arrangement,
      { items: [...removed.arrangement.items, ...album(600, 660)], width, hasMore },
      screenAt(now),
    );
    expect([appended.shift, visibleTiles(appended.arrangement, now)]).toEqual([0, seen]);
  },
);

it('all rows except the first and the last fill the width around pinned rows', () => {
  const before = arrange({ items: album(10, 400), width: 1200, hasMore: false });
  const { arrangement } = rearrange(
    before,
    { ...before, items: [...album(3, 10), ...before.items] },
    screenAt(4_000),
  );
  const { layout, items } = arrangement;
  let bottom = -6;
  for (let i = 0; i < items.length;) {
    const row = [layout.boxAt(i)];
    while (i + row.length < items.length && layout.boxAt(i + row.length).top === row[0]!.top)
      row.push(layout.boxAt(i + row.length));
    expect(row[0]!.left).toBeCloseTo(0, 0);
    if (i > 0 && i + row.length < items.length)
      expect(row.at(-1)!.left + row.at(-1)!.width).toBeCloseTo(1200, 0);
    if (i > 0) expect(Math.abs(row[0]!.top - bottom - 6)).toBeLessThan(1);
    bottom = row[0]!.top + row[0]!.height;
    i += row.length;
  }
  expect(Math.abs(layout.height - bottom)).toBeLessThan(1);
});

it('removing a visible picture closes its gap and keeps the rows above', () => {
  const before = arrange({ items: album(0, 200), width: 1200, hasMore: false });
  const [first, end] = visibleRange(before.layout, 3_000, 3_800);
  const { arrangement, shift } = rearrange(
    before,
    { ...before, items: before.items.toSpliced(end - 2, 1) },
    screenAt(3_000),
  );
  expect(visibleTiles(arrangement, 3_000 + shift).slice(0, 3)).toEqual(
    visibleTiles(before, 3_000).slice(0, 3),
  );
  expect(arrangement.items).toHaveLength(199);
  expect(first).toBeGreaterThan(0);
});

it('the first visible picture keeps its height when the width changes', () => {
  const before = arrange({ items: album(0, 300), width: 1200, hasMore: false });
  const [first] = visibleRange(before.layout, 3_000, 3_800);
  const { arrangement, shift } = rearrange(before, { ...before, width: 500 }, screenAt(3_000));
  expect(arrangement.layout.boxAt(first).top).toBeCloseTo(
    before.layout.boxAt(first).top + shift,
    3,
  );
});

it('at the top of the grid, nothing is pinned', () => {
  const before = arrange({ items: album(10, 100), width: 1200, hasMore: false });
  const { arrangement, shift } = rearrange(
    before,
    { ...before, items: album(9, 100) },
    screenAt(0),
  );
  expect([shift, arrangement.layout.boxAt(0).top, arrangement.layout.pinned]).toEqual([
    0,
    0,
    undefined,
  ]);
});

it('ten thousand pictures take less than 40 ms', () => {
  const items = album(10, 10_010);
  const before = arrange({ items, width: 1200, hasMore: true });
  const layOutAgain = () =>
    rearrange(before, { ...before, items: [item(9), ...items] }, screenAt(100_000));
  layOutAgain();
  // Processor time excludes other processes. It is in microseconds.
  const start = process.cpuUsage();
  for (let i = 0; i < 10; i += 1) layOutAgain();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 10_000).toBeLessThan(40);
});
