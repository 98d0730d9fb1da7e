/** Reads the rules that `write.ts` writes, in any layout and with any brackets. */
import {
  canonicalValue,
  FIELDS,
  FIELD_NAMES,
  kindOf,
  operatorsOf,
  type Condition,
  type Conditions,
  type FieldName,
  type Operator,
} from './conditions';
import { readTree, type Token, type Tree } from './tokens';
import { COMPARISONS, SHAPES } from './write';

/** One comparison of a rule. `value` is a literal. */
type Atom =
  | { type: 'known' | 'unknown'; attribute: string }
  | { type: 'compare'; attribute: string; comparison: string; value: string; literal: string }
  | { type: 'contains' | 'lacks'; attribute: string; value: string }
  | { type: 'day'; attribute: string; comparison: string; value: string }
  | { type: 'shape'; comparison: string };

/** A condition, and the number of comparisons from which it was read. */
type Match = [condition: Condition, length: number] | null;

/**
 * Returns the conditions of a rule, or null if the builder cannot have written it. Empty code has
 * no conditions.
 */
export function readConditions(code: string): Conditions | null {
  if (code.trim() === '') return { join: 'all', rows: [] };
  const tree = readTree(code);
  const rows = tree && rowsOf(tree);
  if (!rows) return null;
  const isAny = 'join' in tree && tree.join === 'or' && rows.length > 1;
  return { join: isAny ? 'any' : 'all', rows };
}

function rowsOf(tree: Tree): Condition[] | null {
  if (!('join' in tree)) return rowsIn([tree], 'and');
  return rowsIn(tree.items, tree.join);
}

function rowsIn(items: readonly Tree[], join: 'and' | 'or'): Condition[] | null {
  const atoms = items.map((item) => ('join' in item ? null : atomOf(item.tokens)));
  const rows: Condition[] = [];
  for (let i = 0; i < items.length;) {
    const item = items[i]!;
    if ('join' in item) {
      const inner = rowsIn(item.items, item.join);
      if (inner?.length !== 1) return null;
      rows.push(inner[0]!);
      i += 1;
      continue;
    }
    const match =
      join === 'and' ? matchAll(atoms.slice(i, i + 3)) : matchAny(atoms.slice(i, i + 2));
    if (!match || canonicalValue(match[0]) !== match[0].value) return null;
    rows.push(match[0]);
    i += match[1];
  }
  return rows;
}

/** Reads a condition from the first of the comparisons that `and` joins. */
function matchAll([first, second, third]: readonly (Atom | null)[]): Match {
  if (first?.type !== 'known' || !second) return matchOne(first);
  if (isAbout(second, 'height', 'known') && first.attribute === 'width' && third?.type === 'shape')
    return matchShape(third.comparison);
  if (!('attribute' in second) || second.attribute !== first.attribute) return matchOne(first);
  if (second.type === 'contains') return matchOn(second, 'contains', second.value, 2);
  const isOrdered = second.type === 'compare' && !['==', '!='].includes(second.comparison);
  if (isOrdered || second.type === 'day')
    return matchOn(second, operatorOf(second.comparison), second.value, 2);
  return matchOne(first);
}

/** Reads a condition from the first of the comparisons that `or` joins. */
function matchAny([first, second]: readonly (Atom | null)[]): Match {
  if (first?.type === 'unknown' && second && isAbout(second, first.attribute, 'lacks'))
    return matchOn(first, 'lacks', 'value' in second ? second.value : '', 2);
  return matchOne(first);
}

function matchOne(atom: Atom | null | undefined): Match {
  if (atom?.type === 'known' || atom?.type === 'unknown') return matchOn(atom, atom.type, '', 1);
  if (atom?.type === 'compare' && ['==', '!='].includes(atom.comparison))
    return matchOn(atom, operatorOf(atom.comparison), atom.value, 1);
  return null;
}

function matchOn(
  atom: Atom & { attribute: string },
  operator: Operator | null,
  value: string,
  length: number,
): Match {
  const field = FIELD_NAMES.find((name) => FIELDS[name].attribute === atom.attribute);
  if (!field || !operator || !operatorsOf(field).includes(operator)) return null;
  if (kindOf(field) === 'orientation') return null;
  if ((atom.type === 'day') !== (kindOf(field) === 'date' && value !== '')) return null;
  if (atom.type === 'compare' && atom.literal !== literalOf(field)) return null;
  return [{ field, operator, value }, length];
}

function matchShape(comparison: string): Match {
  const value = keyOf(SHAPES, comparison);
  return value && [{ field: 'orientation', operator: 'is', value }, 3];
}

const isAbout = (atom: Atom, attribute: string, type: Atom['type']) =>
  atom.type === type && 'attribute' in atom && atom.attribute === attribute;

/** Returns whether the values of a field are numbers or texts. */
const literalOf = (field: FieldName) =>
  ['whole', 'decimal', 'seconds'].includes(kindOf(field)) ? 'number' : 'string';

const operatorOf = (comparison: string) => keyOf(COMPARISONS, comparison);

function keyOf<Key extends string>(values: Record<Key, string>, value: string): Key | null {
  return (Object.keys(values) as Key[]).find((key) => values[key] === value) ?? null;
}

/** Recognises one comparison by its tokens, with `S` and `N` in place of texts and numbers. */
function atomOf(tokens: readonly Token[]): Atom | null {
  const shape = tokens
    .map(({ kind, text }) => (kind === 'string' ? '"S"' : kind === 'number' ? '"N"' : text))
    .join(' ');
  const values = tokens.flatMap((token) => ('value' in token ? [token.value] : []));
  const value = values.join('/');
  const none = /^picture \. (\w+) is (not )?None$/.exec(shape);
  if (none) return { type: none[2] ? 'known' : 'unknown', attribute: none[1]! };
  const contains = /^"S" \. lower \( \) (not )?in picture \. (\w+) \. lower \( \)$/.exec(shape);
  if (contains) return { type: contains[1] ? 'lacks' : 'contains', attribute: contains[2]!, value };
  const day = /^picture \. (taken) \[ : "N" \] ([=!<>]=?) "S"$/.exec(shape);
  if (day && values[0] === '10')
    return { type: 'day', attribute: day[1]!, comparison: day[2]!, value: values[1]! };
  const sides = /^picture \. width ([=<>]=?) picture \. height$/.exec(shape);
  if (sides) return { type: 'shape', comparison: sides[1]! };
  const compared = /^picture \. (\w+) ([=!<>]=?) "([SN])"( \/ "N")?$/.exec(shape);
  if (!compared || (compared[3] === 'S' && compared[4])) return null;
  const [, attribute = '', comparison = '', letter] = compared;
  const literal = letter === 'N' ? 'number' : 'string';
  return { type: 'compare', attribute, comparison, value, literal };
}
