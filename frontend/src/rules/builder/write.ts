/** Writes the rule of conditions. `read.ts` reads what this module writes. */
import { completeOf, FIELDS, kindOf, type Condition, type Conditions } from './conditions';

/** The comparison of each operator. */
export const COMPARISONS = {
  is: '==',
  isNot: '!=',
  atLeast: '>=',
  atMost: '<=',
  moreThan: '>',
  lessThan: '<',
} as const;

/** The comparison of width and height of each orientation. */
export const SHAPES = { portrait: '<', landscape: '>', square: '==' } as const;

/** Expressions that are joined by `and` or `or`. */
interface Expression {
  join: 'and' | 'or';
  parts: string[];
}

/** Returns the code of the complete rows, or an empty text if there is none. */
export function writeConditions(conditions: Conditions): string {
  const { join, rows } = completeOf(conditions);
  const expressions = rows.map(expressionOf);
  if (expressions.length < 2) return expressions.map(codeOf).join('');
  const operator = join === 'all' ? 'and' : 'or';
  const lines = expressions.map((expression) =>
    expression.parts.length > 1 ? `(${codeOf(expression)})` : codeOf(expression),
  );
  return `(\n    ${lines.join(`\n    ${operator} `)}\n)`;
}

const codeOf = ({ join, parts }: Expression) => parts.join(` ${join} `);

/** A comparison with None is an error, so a test for None precedes each one but `==` and `!=`. */
function expressionOf({ field, operator, value }: Condition): Expression {
  const name = `picture.${FIELDS[field].attribute}`;
  const isKnown = `${name} is not None`;
  switch (operator) {
    case 'known':
      return all(isKnown);
    case 'unknown':
      return all(`${name} is None`);
    case 'contains':
      return all(isKnown, `${quote(value)}.lower() in ${name}.lower()`);
    case 'lacks':
      return {
        join: 'or',
        parts: [`${name} is None`, `${quote(value)}.lower() not in ${name}.lower()`],
      };
  }
  const comparison = COMPARISONS[operator];
  switch (kindOf(field)) {
    case 'orientation':
      return all(
        'picture.width is not None',
        'picture.height is not None',
        `picture.width ${SHAPES[value as keyof typeof SHAPES]} picture.height`,
      );
    case 'date':
      return all(isKnown, `${name}[:10] ${comparison} ${quote(value)}`);
    case 'whole':
    case 'decimal':
    case 'seconds': {
      const test = `${name} ${comparison} ${value.replace('/', ' / ')}`;
      return operator === 'is' || operator === 'isNot' ? all(test) : all(isKnown, test);
    }
    default:
      return all(`${name} ${comparison} ${quote(value)}`);
  }
}

const all = (...parts: string[]): Expression => ({ join: 'and', parts });

/** The escapes of JSON are escapes of Python, too. */
const quote = (text: string) => JSON.stringify(text);
