/** Completion of fields, of methods of texts, and of the words of the rule language. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { ruleTexts } from '../../texts/rules';
import { RULE_FIELDS } from '../fields';

const { keywords, methods, picture } = ruleTexts.editor;

const FIELD_OPTIONS: readonly Completion[] = RULE_FIELDS.map((field) => ({
  label: field,
  type: 'property',
  info: ruleTexts.fields[field],
}));
const METHOD_OPTIONS: readonly Completion[] = Object.entries(methods).map(([label, info]) => ({
  label,
  type: 'method',
  info,
}));
const KEYWORD_OPTIONS: readonly Completion[] = Object.entries(keywords).map(([label, info]) => ({
  label,
  type: 'keyword',
  info,
}));

/** Completes the name at the cursor. */
export function completeRule(context: CompletionContext): CompletionResult | null {
  if (isInText(context)) return null;
  const code = context.state.doc.toString();
  const name = parameterOf(code);
  const member = context.matchBefore(/[\w.]+\.\w*/);
  if (member) {
    const path = member.text.split('.');
    const from = context.pos - path.at(-1)!.length;
    const isField = path.length === 2 && path[0] === name;
    return { from, options: isField ? FIELD_OPTIONS : METHOD_OPTIONS, validFor: /^\w*$/ };
  }
  const word = context.matchBefore(/[A-Za-z_]\w*/);
  if (!word && !context.explicit) return null;
  return {
    from: word?.from ?? context.pos,
    options: [{ label: name, type: 'variable', info: picture, boost: 1 }, ...KEYWORD_OPTIONS],
    validFor: /^\w*$/,
  };
}

/** Returns the parameter of the function `rule`, which can have another name than `picture`. */
function parameterOf(code: string): string {
  return /\bdef\s+rule\s*\(\s*(\w+)/.exec(code)?.[1] ?? 'picture';
}

function isInText({ state, pos }: CompletionContext): boolean {
  const { name } = syntaxTree(state).resolveInner(pos, -1);
  return name === 'String' || name === 'Comment';
}
