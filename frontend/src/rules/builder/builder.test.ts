import { describe, expect, it } from 'vitest';
import {
  canonicalValue,
  choicesOf,
  completeOf,
  FIELD_NAMES,
  kindOf,
  needsValue,
  operatorsOf,
  rowFor,
  type Condition,
  type Conditions,
  type FieldName,
} from './conditions';
import { readConditions } from './read';
import { writeConditions } from './write';

const row = (field: FieldName, operator: Condition['operator'], value = ''): Condition => ({
  field,
  operator,
  value,
});
const one = (...of: Parameters<typeof row>) => writeConditions({ join: 'all', rows: [row(...of)] });

describe('a written rule', () => {
  it.each([
    [row('camera', 'is', 'NIKON D850'), 'picture.camera == "NIKON D850"'],
    [row('iso', 'moreThan', '3200'), 'picture.iso is not None and picture.iso > 3200'],
    [row('iso', 'isNot', '100'), 'picture.iso != 100'],
    [
      row('exposure', 'atLeast', '1/4'),
      'picture.exposure is not None and picture.exposure >= 1 / 4',
    ],
    [row('aperture', 'atMost', '1,80'), 'picture.aperture is not None and picture.aperture <= 1.8'],
    [
      row('place', 'contains', ' Norway '),
      'picture.place is not None and "Norway".lower() in picture.place.lower()',
    ],
    [
      row('place', 'lacks', 'Norway'),
      'picture.place is None or "Norway".lower() not in picture.place.lower()',
    ],
    [
      row('date', 'atLeast', '2024-05-01'),
      'picture.taken is not None and picture.taken[:10] >= "2024-05-01"',
    ],
    [row('position', 'unknown'), 'picture.latitude is None'],
    [
      row('orientation', 'is', 'portrait'),
      'picture.width is not None and picture.height is not None and picture.width < picture.height',
    ],
    [row('format', 'is', 'image/heic'), 'picture.content_type == "image/heic"'],
    [row('visibility', 'isNot', 'public'), 'picture.visibility != "public"'],
    [row('caption', 'is', 'a "b"\\\n'), String.raw`picture.caption == "a \"b\"\\"`],
  ])('of %o is %s', (condition, code) => {
    expect(writeConditions({ join: 'all', rows: [condition] })).toBe(code);
  });

  it('joins conditions on lines of their own', () => {
    const rows = [row('camera', 'is', 'X'), row('iso', 'atLeast', '800')];
    expect(writeConditions({ join: 'any', rows })).toBe(
      '(\n    picture.camera == "X"\n    or (picture.iso is not None and picture.iso >= 800)\n)',
    );
  });

  it('omits rows without a valid value', () => {
    const rows = [row('iso', 'is', 'fast'), row('year', 'is', '2024'), row('camera', 'is', ' ')];
    expect(writeConditions({ join: 'any', rows })).toBe('picture.year == 2024');
    expect(writeConditions({ join: 'all', rows: [] })).toBe('');
  });
});

describe('a rule that is read', () => {
  it.each([
    "picture.place is not None and 'norway'.lower() in picture.place.lower()",
    '((picture.place is not None) and ("norway".lower() in picture.place.lower()))',
    '\n  (picture.place is not None\n  and "norway".lower() in picture.place.lower())\n',
  ])('may have any layout: %s', (code) => {
    const rows = [row('place', 'contains', 'norway')];
    expect(readConditions(code)).toEqual({ join: 'all', rows });
  });

  it('may come from a person', () => {
    const code =
      'picture.camera == "X" and picture.iso is not None and picture.iso > 3200 and picture.lens is not None';
    expect(readConditions(code)?.rows).toEqual([
      row('camera', 'is', 'X'),
      row('iso', 'moreThan', '3200'),
      row('lens', 'known'),
    ]);
  });

  it('is empty without code', () => {
    expect(readConditions(' \n')).toEqual({ join: 'all', rows: [] });
  });

  it.each([
    'picture.iso > 3200', // an error for a picture without ISO
    'picture.iso is not None or picture.iso > 3200',
    'picture.lens is not None and picture.iso > 3200',
    'not picture.iso == 100',
    'picture.iso == 100 # slow',
    'picture.iso == "100"',
    'picture.camera == 850',
    'picture.camera == None',
    'picture.camrea == "X"',
    'picture.iso == 0100',
    'picture.iso == 1_000',
    'picture.iso == 1600.0',
    'picture.year in (2023, 2024)',
    'picture.year == 2023\nand picture.iso == 100',
    'picture.camera == "X" and (picture.iso == 1 or picture.iso == 2)',
    'picture.camera == r"X"',
    String.raw`picture.camera == "\x41"`,
    'picture.camera == "X',
    'picture.taken == "2024-05-01"',
    'picture.taken is not None and picture.taken[:4] == "2024"',
    'picture.taken is not None and picture.taken[:10] == "2024-02-31"',
    'picture.width is not None and picture.width > 3000',
    'picture.visibility == "secret"',
    'picture.aperture == 1 / 2',
    '(picture.iso == 100',
    'picture.iso == 100)',
    'picture.iso == 100 and',
    'True',
    'def rule(picture):\n    return picture.iso == 100',
  ])('cannot be %s', (code) => {
    expect(readConditions(code)).toBeNull();
  });
});

/** Numbers that only depend on the seed, so that a failure repeats. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TEXTS = [
  'NIKON D850',
  'é"\'\\',
  'and',
  '# (',
  'a\tb',
  '写真 📷',
  'None',
  ' ',
  '\u2028',
  '1/2',
];

function randomCondition(next: (below: number) => number): Condition {
  const pick = <T>(values: readonly T[]) => values[next(values.length)]!;
  const field = pick(FIELD_NAMES);
  const operator = pick(operatorsOf(field));
  const digits = String(next(10_000));
  const choices = choicesOf(field);
  const values: Record<string, string> = {
    text: pick(TEXTS) + pick(TEXTS),
    whole: digits,
    decimal: `${digits}.${next(1_000)}`,
    seconds: pick([digits, `1/${1 + next(8_000)}`, `0.${digits}`]),
    date: `20${10 + next(20)}-0${1 + next(9)}-${10 + next(18)}`,
  };
  const value = choices ? pick(choices) : (values[kindOf(field)] ?? '');
  return { field, operator, value: needsValue(operator) ? value : '' };
}

it('each rule that the builder writes is read as the same conditions', () => {
  const next = numbers(20261129);
  for (let i = 0; i < 5_000; i += 1) {
    const rows = Array.from({ length: next(6) }, () => randomCondition(next));
    const conditions: Conditions = { join: next(2) ? 'all' : 'any', rows };
    const code = writeConditions(conditions);
    expect(readConditions(code), code).toEqual(completeOf(conditions));
    expect(code).toBe(writeConditions(readConditions(code)!));
  }
});

it('a changed rule is refused, or read and written with the same conditions', () => {
  const next = numbers(7);
  let readable = 0;
  for (let i = 0; i < 5_000; i += 1) {
    const rows = Array.from({ length: 1 + next(4) }, () => randomCondition(next));
    const code = writeConditions({ join: next(2) ? 'all' : 'any', rows });
    const pieces = code.match(/"(?:[^"\\]|\\.)*"|\w+|\s+|[^\w\s"]/g) ?? [];
    pieces.splice(next(pieces.length), next(3), ...(next(2) ? [pieces[next(pieces.length)]!] : []));
    const conditions = readConditions(pieces.join(''));
    if (!conditions) continue;
    readable += 1;
    expect(readConditions(writeConditions(conditions)), code).toEqual(conditions);
  }
  expect(readable).toBeGreaterThan(100);
});

describe('a row', () => {
  it('keeps operator and value with another field if they fit', () => {
    expect(rowFor('year', row('iso', 'lessThan', '2020'))).toEqual(row('year', 'lessThan', '2020'));
    expect(rowFor('iso', row('camera', 'contains', 'X'))).toEqual(row('iso', 'atLeast', ''));
    expect(rowFor('format')).toEqual(row('format', 'is', 'image/jpeg'));
    expect(rowFor('position', row('iso', 'known'))).toEqual(row('position', 'known'));
  });

  it.each([
    [row('year', 'is', ' 2024 '), '2024'],
    [row('year', 'is', '-5'), null],
    [row('exposure', 'is', '1 / 0250'), '1/250'],
    [row('exposure', 'is', '1/0'), null],
    [row('exposure', 'is', '0,5'), '0.5'],
    [row('date', 'is', '2024-02-30'), null],
    [row('camera', 'is', '\ud83d'), null],
    [row('camera', 'known', 'ignored'), ''],
  ])('%o has the value %o', (condition, value) => {
    expect(canonicalValue(condition)).toBe(value);
    if (value === null) expect(one(condition.field, condition.operator, condition.value)).toBe('');
  });
});
