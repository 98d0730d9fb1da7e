/** What people read stands in this folder and nowhere else: no view words anything itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import { expect, it } from 'vitest';

/** Attributes that are read out or shown. */
const READ = [
  'alt',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'placeholder',
  'title',
  'label',
  'hint',
  'text',
  'content',
];

interface Node {
  type: string;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value;
const isWorded = (text: string) => /\p{L}{2,}/u.test(text);

/** The literal words of a view's markup. */
function words(node: unknown, attribute: string | null = null): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => words(child, attribute));
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Text':
      return attribute === null || READ.includes(attribute) ? [String(node.data)] : [];
    case 'Attribute':
      return words(node.value, String(node.name));
    case 'Literal':
      return typeof node.value === 'string' && (attribute === null || READ.includes(attribute))
        ? [node.value]
        : [];
    case 'TemplateElement':
      return attribute === null || READ.includes(attribute)
        ? [(node.value as { cooked: string }).cooked]
        : [];
    case 'ExpressionTag':
      return shown(node.expression as Node).flatMap((part) => words(part, attribute));
    case 'OnDirective':
    case 'StyleDirective':
    case 'ClassDirective':
    case 'BindDirective':
    case 'Comment':
      return [];
    default:
      return [
        'fragment',
        'nodes',
        'attributes',
        'consequent',
        'alternate',
        'body',
        'fallback',
        'pending',
        'then',
        'catch',
      ].flatMap((key) => words(node[key]));
  }
}

/** What an expression can become: of a choice both sides, but not what decides it. */
function shown(expression: Node): Node[] {
  if (expression.type === 'ConditionalExpression')
    return [expression.consequent, expression.alternate].flatMap((side) => shown(side as Node));
  if (expression.type === 'LogicalExpression')
    return [expression.left, expression.right].flatMap((side) => shown(side as Node));
  if (expression.type === 'TemplateLiteral') return expression.quasis as Node[];
  return expression.type === 'Literal' ? [expression] : [];
}

const ofView = (source: string) =>
  words(parse(source, { modern: true }).fragment as unknown).filter(isWorded);

const folder = new URL('..', import.meta.url);
const sources = (readdirSync(folder, { recursive: true }) as string[]).filter(
  (path) => /\.(ts|svelte)$/.test(path) && !path.includes('.test.'),
);
const views = sources.filter((path) => path.endsWith('.svelte'));
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

it('finds words in markup, in attributes that are read out, and on both sides of a choice', () => {
  expect(ofView('<p class="blue">Hello</p>')).toEqual(['Hello']);
  expect(ofView('<img alt="A dog" src="dog.jpg" />')).toEqual(['A dog']);
  expect(ofView('{#if x}<b>{y ? "Yes" : "No"}</b>{:else}{`Wait ${z}`}{/if}')).toEqual([
    'Yes',
    'No',
    'Wait ',
  ]);
  expect(
    ofView(
      '<p title={t.hello} onclick={() => say("Hello")}>@{name} · {x === "private" ? a : b}</p>',
    ),
  ).toEqual([]);
});

it.each(views)('%s', (path) => expect(ofView(read(path))).toEqual([]));

it('what is announced or shown for a moment is not worded on the spot either', () => {
  const worded = sources.filter((path) =>
    /\b(announce|toasts\.show)\(\s*['"`]|problem\s*=\s*['"`]\p{L}/u.test(read(path)),
  );
  expect(worded).toEqual([]);
});

it('dates and numbers are written in the language of the page', () => {
  const elsewise = sources.filter((path) =>
    /toLocale(Date|Time)?String\((undefined|\)|\{)|Format\((undefined|\)|\{|\[\])/.test(read(path)),
  );
  expect(elsewise).toEqual([]);
});
