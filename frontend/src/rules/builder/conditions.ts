/** The conditions of the builder: rows of a field, an operator and a value. */

/** The kind of a field decides its operators and how its value is written. */
export type Kind =
  | 'text'
  | 'whole'
  | 'decimal'
  | 'seconds'
  | 'date'
  | 'orientation'
  | 'format'
  | 'visibility'
  | 'position';

/** The fields of the builder with the attributes of `picture` that they read. */
export const FIELDS = {
  camera: { kind: 'text', attribute: 'camera' },
  lens: { kind: 'text', attribute: 'lens' },
  iso: { kind: 'whole', attribute: 'iso' },
  aperture: { kind: 'decimal', attribute: 'aperture' },
  exposure: { kind: 'seconds', attribute: 'exposure' },
  focalLength: { kind: 'decimal', attribute: 'focal_length' },
  year: { kind: 'whole', attribute: 'year' },
  date: { kind: 'date', attribute: 'taken' },
  place: { kind: 'text', attribute: 'place' },
  caption: { kind: 'text', attribute: 'caption' },
  position: { kind: 'position', attribute: 'latitude' },
  orientation: { kind: 'orientation', attribute: 'width' },
  format: { kind: 'format', attribute: 'content_type' },
  visibility: { kind: 'visibility', attribute: 'visibility' },
} as const satisfies Record<string, { kind: Kind; attribute: string }>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];
export const kindOf = (field: FieldName): Kind => FIELDS[field].kind;

const NUMBER_OPERATORS = [
  'atLeast',
  'atMost',
  'moreThan',
  'lessThan',
  'is',
  'isNot',
  'known',
  'unknown',
] as const;

/** The operators of each kind. The first one is that of a new row. */
export const OPERATORS = {
  text: ['contains', 'lacks', 'is', 'isNot', 'known', 'unknown'],
  whole: NUMBER_OPERATORS,
  decimal: NUMBER_OPERATORS,
  seconds: NUMBER_OPERATORS,
  date: ['atLeast', 'atMost', 'is', 'known', 'unknown'],
  orientation: ['is'],
  format: ['is', 'isNot'],
  visibility: ['is', 'isNot'],
  position: ['known', 'unknown'],
} as const satisfies Record<Kind, readonly string[]>;

export type Operator = (typeof OPERATORS)[Kind][number];

/** The values of fields with a fixed choice. */
export const CHOICES = {
  orientation: ['portrait', 'landscape', 'square'],
  format: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/heic'],
  visibility: ['private', 'friends', 'public'],
} as const;

export interface Condition {
  field: FieldName;
  operator: Operator;
  /** The value as typed; empty for the operators `known` and `unknown`. */
  value: string;
}

/** Conditions of which all or any hold. Less than two conditions are joined by `all`. */
export interface Conditions {
  join: 'all' | 'any';
  rows: readonly Condition[];
}

export const needsValue = (operator: Operator) => operator !== 'known' && operator !== 'unknown';
export const operatorsOf = (field: FieldName): readonly Operator[] => OPERATORS[kindOf(field)];
export function choicesOf(field: FieldName): readonly string[] | null {
  const kind = kindOf(field);
  return kind in CHOICES ? CHOICES[kind as keyof typeof CHOICES] : null;
}

/** Returns a row for a field, with the operator and the value of `previous` where they fit. */
export function rowFor(field: FieldName, previous?: Condition): Condition {
  const operators = operatorsOf(field);
  const operator =
    previous && operators.includes(previous.operator) ? previous.operator : operators[0]!;
  const value = previous?.value ?? '';
  const row = { field, operator, value };
  if (!needsValue(operator)) return { ...row, value: '' };
  if (canonicalValue(row) !== null) return row;
  return { ...row, value: choicesOf(field)?.[0] ?? '' };
}

/** Returns the value in the form in which rules contain it, or null if it is none yet. */
export function canonicalValue({ field, operator, value }: Condition): string | null {
  if (!needsValue(operator)) return '';
  const text = value.trim();
  switch (kindOf(field)) {
    case 'text':
      // A half of a surrogate pair is no character.
      return text && !/\p{Surrogate}/u.test(text) ? text : null;
    case 'whole':
      return /^\d{1,9}$/.test(text) ? String(Number(text)) : null;
    case 'decimal':
      return decimalOf(text);
    case 'seconds':
      return fractionOf(text) ?? decimalOf(text);
    case 'date':
      return isDate(text) ? text : null;
    default:
      return choicesOf(field)?.includes(text) ? text : null;
  }
}

/** Returns the rows with valid values, each value in its canonical form. */
export function completeOf({ join, rows }: Conditions): Conditions {
  const complete = rows.flatMap((row) => {
    const value = canonicalValue(row);
    return value === null ? [] : [{ ...row, value }];
  });
  return { join: complete.length < 2 ? 'all' : join, rows: complete };
}

function decimalOf(text: string): string | null {
  const number = text.replace(',', '.');
  return /^\d{1,9}(\.\d{1,6})?$/.test(number) ? String(Number(number)) : null;
}

/** Reads an exposure time as photographers write it, such as `1/250`. */
function fractionOf(text: string): string | null {
  const denominator = /^1\s*\/\s*(\d{1,6})$/.exec(text)?.[1];
  return denominator && Number(denominator) > 0 ? `1/${Number(denominator)}` : null;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
