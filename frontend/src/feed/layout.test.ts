import { expect, it } from 'vitest';
import { GAP, justify, visible, type Layout } from './layout';

const album = Array.from({ length: 500 }, (_, i) => ({
  width: 600 + ((i * 7919) % 900),
  height: 800,
}));

function rows(layout: Layout, count: number) {
  const found = new Map<number, ReturnType<Layout['box']>[]>();
  for (let i = 0; i < count; i += 1) {
    const box = layout.box(i);
    found.set(box.top, [...(found.get(box.top) ?? []), box]);
  }
  return [...found.values()];
}

it.each([366, 768, 1200, 1700])('fills rows of %i pixels from edge to edge', (width) => {
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

it('holds the last row back until what fills it is there', () => {
  const [now, later] = [justify(album.slice(0, 99), 1200, true), justify(album, 1200)];
  expect(now.count).toBeGreaterThan(90);
  expect(now.count).toBeLessThan(99);
  for (let i = 0; i < now.count; i += 1) expect(now.box(i)).toEqual(later.box(i));
  expect(now.height).toBeCloseTo(now.box(now.count - 1).top + now.box(now.count - 1).height, 1);
  expect(justify(album.slice(0, 2), 1200, true).count).toBe(2);
});

it('makes no thread of a panorama and no strip of what is not measured yet', () => {
  const layout = justify(
    [
      { width: 12000, height: 500 },
      { width: null, height: null },
      { width: 100, height: 4000 },
    ],
    1200,
  );
  for (let i = 0; i < 3; i += 1) {
    const { width, height } = layout.box(i);
    expect(width / height).toBeGreaterThanOrEqual(0.49);
    expect(width / height).toBeLessThanOrEqual(3.01);
  }
});

it('finds exactly the boxes on the screen', () => {
  const layout = justify(album, 1200);
  const [from, to] = [3000, 3800];
  const inside = (i: number) =>
    layout.box(i).top + layout.box(i).height >= from && layout.box(i).top <= to;
  const expected = album.map((_, i) => i).filter(inside);
  expect(visible(layout, from, to)).toEqual([expected[0], expected.at(-1)! + 1]);
});

it('shows nothing of nothing', () => {
  expect(justify([], 1200).height).toBe(0);
  expect(visible(justify([], 1200), 0, 900)).toEqual([0, 0]);
});
