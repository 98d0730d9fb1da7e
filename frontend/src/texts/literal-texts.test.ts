/** Finds literal texts in components, where translations cannot replace them. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import { expect, it } from 'vitest';

/** Attributes that are visible or read by screen readers. */
const TEXT_ATTRIBUTES = [
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
const hasWord = (text: string) => /\p{L}{2,}/u.test(text);

/** Returns the literal texts in the markup of a component. */
function findTexts(node: unknown, attribute: string | null = null): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => findTexts(child, attribute));
  if (!isNode(node)) return [];
  switch (node.type) {
    case 'Text':
      return attribute === null || TEXT_ATTRIBUTES.includes(attribute) ? [String(node.data)] : [];
    case 'Attribute':
      return findTexts(node.value, String(node.name));
    case 'Literal':
      return typeof node.value === 'string' &&
        (attribute === null || TEXT_ATTRIBUTES.includes(attribute))
        ? [node.value]
        : [];
    case 'TemplateElement':
      return attribute === null || TEXT_ATTRIBUTES.includes(attribute)
        ? [(node.value as { cooked: string }).cooked]
        : [];
    case 'ExpressionTag':
      return possibleValues(node.expression as Node).flatMap((part) => findTexts(part, attribute));
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
      ].flatMap((key) => findTexts(node[key]));
  }
}

/** Returns the parts that an expression can evaluate to: both sides of a choice. */
function possibleValues(expression: Node): Node[] {
  if (expression.type === 'ConditionalExpression')
    return [expression.consequent, expression.alternate].flatMap((side) =>
      possibleValues(side as Node),
    );
  if (expression.type === 'LogicalExpression')
    return [expression.left, expression.right].flatMap((side) => possibleValues(side as Node));
  if (expression.type === 'TemplateLiteral') return expression.quasis as Node[];
  return expression.type === 'Literal' ? [expression] : [];
}

const textsOf = (source: string) =>
  findTexts(parse(source, { modern: true }).fragment as unknown).filter(hasWord);

const folder = new URL('..', import.meta.url);
const sources = (readdirSync(folder, { recursive: true }) as string[]).filter(
  (path) => /\.(ts|svelte)$/.test(path) && !path.includes('.test.'),
);
const components = sources.filter((path) => path.endsWith('.svelte'));
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

it('findTexts finds markup, text attributes and both sides of a choice', () => {
  expect(textsOf('<p class="blue">Hello</p>')).toEqual(['Hello']);
  expect(textsOf('<img alt="A dog" src="dog.jpg" />')).toEqual(['A dog']);
  expect(textsOf('{#if x}<b>{y ? "Yes" : "No"}</b>{:else}{`Wait ${z}`}{/if}')).toEqual([
    'Yes',
    'No',
    'Wait ',
  ]);
  expect(
    textsOf(
      '<p title={t.hello} onclick={() => say("Hello")}>@{name} · {x === "private" ? a : b}</p>',
    ),
  ).toEqual([]);
});

it.each(components)('%s contains no texts', (path) => expect(textsOf(read(path))).toEqual([]));

it('announcements, toasts and errors contain no literal texts', () => {
  const withTexts = sources.filter((path) =>
    /\b(announce|toasts\.show)\(\s*['"`]|(?:problem|error)\s*=\s*['"`]\p{L}/u.test(read(path)),
  );
  expect(withTexts).toEqual([]);
});

it('dates and numbers are formatted in the language of the page', () => {
  const withOtherLocale = sources.filter((path) =>
    /toLocale(Date|Time)?String\((undefined|\)|\{)|Format\((undefined|\)|\{|\[\])/.test(read(path)),
  );
  expect(withOtherLocale).toEqual([]);
});
