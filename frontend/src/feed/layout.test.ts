import { expect, it } from 'vitest';
import { GAP, justify, neighborOf, visibleRange, type Box, type Layout } from './layout';

const album = Array.from({ length: 500 }, (_, i) => ({
  width: 600 + ((i * 7919) % 900),
  height: 800,
}));

function rows(layout: Layout, count: number) {
  const byTop = new Map<number, Box[]>();
  for (let i = 0; i < count; i += 1) {
    const box = layout.boxAt(i);
    byTop.set(box.top, [...(byTop.get(box.top) ?? []), box]);
  }
  return [...byTop.values()];
}

it.each([366, 768, 1200, 1700])('rows fill a width of %i pixels', (width) => {
  for (const row of rows(justify(album, width), album.length).slice(0, -1)) {
    const last = row.at(-1)!;
    expect(row[0]!.left).toBe(0);
    expect(last.left + last.width).toBeCloseTo(width, 0);
    expect(new Set(row.map(({ height }) => Math.round(height))).size).toBe(1);
    row
      .slice(1)
      .forEach((box, i) => expect(box.left - row[i]!.left - row[i]!.width).toBeCloseTo(GAP, 1));
  }
});

it('the last row is left out while the list has more pictures', () => {
  const now = justify(album.slice(0, 99), 1200, true);
  const later = justify(album, 1200);
  expect(now.count).toBeGreaterThan(90);
  expect(now.count).toBeLessThan(99);
  for (let i = 0; i < now.count; i += 1) expect(now.boxAt(i)).toEqual(later.boxAt(i));
  expect(now.height).toBeCloseTo(now.boxAt(now.count - 1).top + now.boxAt(now.count - 1).height, 1);
  expect(justify(album.slice(0, 2), 1200, true).count).toBe(2);
});

it('extreme and unknown aspect ratios are limited', () => {
  const layout = justify(
    [
      { width: 12000, height: 500 },
      { width: null, height: null },
      { width: 100, height: 4000 },
    ],
    1200,
  );
  for (let i = 0; i < 3; i += 1) {
    const { width, height } = layout.boxAt(i);
    expect(width / height).toBeGreaterThanOrEqual(0.49);
    expect(width / height).toBeLessThanOrEqual(3.01);
  }
});

it('the visible range contains exactly the boxes on the screen', () => {
  const layout = justify(album, 1200);
  const [from, to] = [3000, 3800];
  const isInside = (i: number) =>
    layout.boxAt(i).top + layout.boxAt(i).height >= from && layout.boxAt(i).top <= to;
  const expected = album.map((_, i) => i).filter(isInside);
  expect(visibleRange(layout, from, to)).toEqual([expected[0], expected.at(-1)! + 1]);
});

it('an empty list has no height and no visible range', () => {
  expect(justify([], 1200).height).toBe(0);
  expect(visibleRange(justify([], 1200), 0, 900)).toEqual([0, 0]);
});

it('arrow keys lead to the nearest picture in their direction and stop at the edges', () => {
  const layout = justify(album, 1200);
  const [firstRow, secondRow] = rows(layout, album.length) as [Box[], Box[]];
  const below = neighborOf(layout, 0, 'ArrowDown');
  expect(below).toBe(firstRow.length);
  expect(layout.boxAt(below)).toEqual(secondRow[0]);
  expect(neighborOf(layout, below, 'ArrowUp')).toBe(0);
  expect(neighborOf(layout, 0, 'ArrowRight')).toBe(1);
  expect(neighborOf(layout, 0, 'ArrowLeft')).toBe(0);
  expect(neighborOf(layout, 0, 'ArrowUp')).toBe(0);
  expect(neighborOf(layout, album.length - 1, 'ArrowDown')).toBe(album.length - 1);
});
