/** Splits the simple rules of the builder into tokens, and groups them by `and` and `or`. */

export type Token =
  | { kind: 'word' | 'operator'; text: string }
  | { kind: 'number' | 'string'; text: string; value: string };

/** A tree of `and` and `or`, with the tokens of one comparison in each leaf. */
export type Tree = { join: 'and' | 'or'; items: Tree[] } | { tokens: readonly Token[] };

const SPACE = /[ \t\r\n]+/y;
const WORD = /[A-Za-z_]\w*/y;
const NUMBER = /\d+(?:\.\d+)?(?![\w.])/y;
const STRING = /"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/y;
const OPERATOR = /==|!=|<=|>=|[<>()[\].:/]/y;
/** The meaning of the letter after a backslash. */
const ESCAPES: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
};

/** Returns the tree of an expression, or null if the builder cannot have written it. */
export function readTree(code: string): Tree | null {
  const tokens = tokenize(code.trim());
  if (!tokens) return null;
  const reader = new Reader(tokens);
  const tree = reader.expression();
  return tree && reader.isAtEnd ? tree : null;
}

function tokenize(code: string): Token[] | null {
  const tokens: Token[] = [];
  let position = 0;
  let depth = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    const text = pattern.exec(code)?.[0] ?? null;
    position += text?.length ?? 0;
    return text;
  };
  while (position < code.length) {
    const space = match(SPACE);
    if (space) {
      // A line ends the expression, except in brackets.
      if (depth === 0 && /[\r\n]/.test(space)) return null;
      continue;
    }
    const string = match(STRING);
    if (string !== null) {
      const value = unescape(string.slice(1, -1));
      if (value === null) return null;
      tokens.push({ kind: 'string', text: string, value });
      continue;
    }
    const number = match(NUMBER);
    const word = number === null ? match(WORD) : null;
    const operator = number === null && word === null ? match(OPERATOR) : null;
    if (number !== null) tokens.push({ kind: 'number', text: number, value: number });
    else if (word !== null) tokens.push({ kind: 'word', text: word });
    else if (operator !== null) tokens.push({ kind: 'operator', text: operator });
    else return null;
    if (operator === '(' || operator === '[') depth += 1;
    if (operator === ')' || operator === ']') depth -= 1;
  }
  return tokens;
}

function unescape(text: string): string | null {
  let isKnown = true;
  const value = text.replace(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gsu,
    (_, hex: string | undefined, char) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      isKnown &&= char in ESCAPES;
      return ESCAPES[char] ?? '';
    },
  );
  return isKnown ? value : null;
}

class Reader {
  #position = 0;
  #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#tokens.length;
  }

  /** Reads comparisons joined by `or`, of which each can be comparisons joined by `and`. */
  expression(): Tree | null {
    return this.#joined('or', () => this.#joined('and', () => this.#operand()));
  }

  #joined(join: 'and' | 'or', read: () => Tree | null): Tree | null {
    const items: Tree[] = [];
    do {
      const item = read();
      if (!item) return null;
      // `(a and b) and c` equals `a and b and c`.
      if ('join' in item && item.join === join) items.push(...item.items);
      else items.push(item);
    } while (this.#accept(join));
    return items.length === 1 ? items[0]! : { join, items };
  }

  #operand(): Tree | null {
    if (!this.#accept('(')) return this.#comparison();
    const inner = this.expression();
    return inner && this.#accept(')') ? inner : null;
  }

  /** Reads to the next `and`, `or` or closing bracket outside of its own brackets. */
  #comparison(): Tree | null {
    const start = this.#position;
    let depth = 0;
    for (let token = this.#peek(); token; token = this.#peek()) {
      const isOpen = is(token, '(') || is(token, '[');
      const isClosed = is(token, ')') || is(token, ']');
      if (depth === 0 && (isClosed || is(token, 'and') || is(token, 'or'))) break;
      depth += Number(isOpen) - Number(isClosed);
      this.#position += 1;
    }
    const tokens = this.#tokens.slice(start, this.#position);
    return tokens.length > 0 ? { tokens } : null;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #accept(text: string): boolean {
    const token = this.#peek();
    if (!token || !is(token, text)) return false;
    this.#position += 1;
    return true;
  }
}

const is = ({ kind, text }: Token, expected: string) =>
  (kind === 'word' || kind === 'operator') && text === expected;
