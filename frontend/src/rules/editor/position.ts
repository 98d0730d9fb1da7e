/** Positions in the code: of the API in lines and characters, of the editor in UTF-16 units. */
import type { Text } from '@codemirror/state';
import type { RuleError } from '../../api/types';

/** Returns the range to mark for an error: the name or the character at its position. */
export function rangeOf(doc: Text, { line, column }: RuleError): { from: number; to: number } {
  const { from: start, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = [...text].slice(0, Math.max(column - 1, 0)).join('').length;
  const rest = text.slice(before);
  const marked = /^\w+/.exec(rest)?.[0] ?? [...rest][0] ?? '';
  const from = start + before;
  // At the end of a line, the last character is marked.
  if (marked === '') return { from: Math.max(start, from - 1), to: from };
  return { from, to: from + marked.length };
}
