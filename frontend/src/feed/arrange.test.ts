import { expect, it } from 'vitest';
import { arrange, rearrange, type Arrangement } from './arrange';
import { visible } from './layout';

const SHAPES = [
  [1600, 1067],
  [1067, 1600],
  [1600, 1200],
  [1600, 900],
  [1200, 1200],
] as const;
const item = (number: number) => ({
  id: String(100_000 - number),
  width: SHAPES[(number * 7) % 5]![0],
  height: SHAPES[(number * 7) % 5]![1],
});
const album = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => item(from + i));

/** What is on the screen: where each picture stands below its upper edge. */
function screen({ items, layout }: Arrangement, from: number) {
  const [first, end] = visible(layout, from, from + 800);
  return items.slice(first, end).map(({ id }, i) => {
    const { top, left, width, height } = layout.box(first + i);
    return [id, ...[top - from, left, width, height].map((value) => Math.round(value * 10) / 10)];
  });
}

it.each([366, 1200])(
  'moves nothing on the screen when others come in or go, %i pixels wide',
  (width) => {
    const items = album(10, 600);
    const from = 5_000;
    const before = arrange(items, width, true);
    const seen = screen(before, from);
    const [first] = visible(before.layout, from, from + 800);

    const newest = rearrange(before, [...album(7, 10), ...items], width, true, from, from + 800);
    expect(newest.shift).not.toBe(0);
    expect(screen(newest.arrangement, from + newest.shift)).toEqual(seen);

    const gone = rearrange(
      newest.arrangement,
      [...album(8, 10), ...items.toSpliced(first - 5, 3)],
      width,
      true,
      from + newest.shift,
      from + newest.shift + 800,
    );
    const now = from + newest.shift + gone.shift;
    expect(screen(gone.arrangement, now)).toEqual(seen);

    const more = rearrange(
      gone.arrangement,
      [...gone.arrangement.items, ...album(600, 660)],
      width,
      true,
      now,
      now + 800,
    );
    expect([more.shift, screen(more.arrangement, now)]).toEqual([0, seen]);
  },
);

it('fills every row above and below from edge to edge, but for the first', () => {
  const before = arrange(album(10, 400), 1200, false);
  const { arrangement } = rearrange(
    before,
    [...album(3, 10), ...before.items],
    1200,
    false,
    4_000,
    4_800,
  );
  const { layout, items } = arrangement;
  let bottom = -6;
  for (let i = 0; i < items.length;) {
    const row = [layout.box(i)];
    while (i + row.length < items.length && layout.box(i + row.length).top === row[0]!.top)
      row.push(layout.box(i + row.length));
    expect(row[0]!.left).toBeCloseTo(0, 0);
    if (i > 0 && i + row.length < items.length)
      expect(row.at(-1)!.left + row.at(-1)!.width).toBeCloseTo(1200, 0);
    if (i > 0) expect(Math.abs(row[0]!.top - bottom - 6)).toBeLessThan(1);
    bottom = row[0]!.top + row[0]!.height;
    i += row.length;
  }
  expect(Math.abs(layout.height - bottom)).toBeLessThan(1);
});

it('closes the gap where a picture on the screen is gone, and keeps the rows before it', () => {
  const before = arrange(album(0, 200), 1200, false);
  const [first, end] = visible(before.layout, 3_000, 3_800);
  const { arrangement, shift } = rearrange(
    before,
    before.items.toSpliced(end - 2, 1),
    1200,
    false,
    3_000,
    3_800,
  );
  expect(screen(arrangement, 3_000 + shift).slice(0, 3)).toEqual(screen(before, 3_000).slice(0, 3));
  expect(arrangement.items).toHaveLength(199);
  expect(first).toBeGreaterThan(0);
});

it('keeps the first picture at its height when the window gets another width', () => {
  const before = arrange(album(0, 300), 1200, false);
  const [first] = visible(before.layout, 3_000, 3_800);
  const { arrangement, shift } = rearrange(before, before.items, 500, false, 3_000, 3_800);
  expect(arrangement.layout.box(first).top).toBeCloseTo(before.layout.box(first).top + shift, 3);
});

it('lets everything come in by itself at the top', () => {
  const before = arrange(album(10, 100), 1200, false);
  const { arrangement, shift } = rearrange(before, album(9, 100), 1200, false, 0, 800);
  expect([shift, arrangement.layout.box(0).top, arrangement.layout.pinned]).toEqual([
    0,
    0,
    undefined,
  ]);
});

it('takes few milliseconds for ten thousand', () => {
  const items = album(10, 10_010);
  const before = arrange(items, 1200, true);
  rearrange(before, [item(9), ...items], 1200, true, 100_000, 100_800);
  const begun = process.cpuUsage();
  for (let i = 0; i < 10; i += 1)
    rearrange(before, [item(9), ...items], 1200, true, 100_000, 100_800);
  const { user, system } = process.cpuUsage(begun); // microseconds; the clock would measure what else runs
  expect((user + system) / 10_000).toBeLessThan(40);
});
