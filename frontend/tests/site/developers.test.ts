// @vitest-environment happy-dom
/** The page `/developers`, rendered as in the build. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Specification } from '../../developers/openapi';
import { renderReference } from '../../vite.developers';

const SPECIFICATION = JSON.parse(
  readFileSync(join(process.cwd(), '../docs/openapi.json'), 'utf8'),
) as Specification;
const OPERATIONS = Object.entries(SPECIFICATION.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

beforeAll(async () => {
  document.body.innerHTML = await renderReference(SPECIFICATION, '/assets/openapi-1.json');
});

const textOf = (element: Element | null) =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

it('has an entry for each operation', () => {
  for (const { operationId, path, method, parameters = [], responses, summary } of OPERATIONS) {
    const entry = document.getElementById(operationId);
    expect(textOf(entry!.querySelector('h3'))).toBe(`${method.toUpperCase()} ${path}`);
    const terms = Array.from(entry!.querySelectorAll('dt'), textOf);
    for (const { name } of parameters) expect(terms, operationId).toContain(name);
    for (const status of Object.keys(responses)) expect(terms, operationId).toContain(status);
    expect(textOf(entry), operationId).toContain(summary.replaceAll('`', ''));
    expect(textOf(entry!.querySelector('pre')), operationId).toMatch(/^(signed_)?curl .*"\$API\//);
  }
});

it('has an entry for each schema, with its fields', () => {
  for (const [name, { properties = {} }] of Object.entries(SPECIFICATION.components.schemas)) {
    const entry = document.getElementById(`schema-${name}`);
    const terms = Array.from(entry!.querySelectorAll('dt'), textOf);
    for (const property of Object.keys(properties)) expect(terms, name).toContain(property);
  }
});

it('describes each kind of error', () => {
  const replies = textOf(document.getElementById('replies'));
  for (const { content } of Object.values(SPECIFICATION.components.responses))
    expect(replies).toContain((content!['application/json'].example as { notes: string }).notes);
});

it('links only to parts that exist, and has no id twice', () => {
  const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const targets = Array.from(document.querySelectorAll('a[href^="#"]'), (link) =>
    link.getAttribute('href')!.slice(1),
  );
  expect(targets.length).toBeGreaterThan(OPERATIONS.length);
  expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
});

it('has headings in order', () => {
  const levels = Array.from(document.querySelectorAll('h1, h2, h3, h4'), ({ tagName }) =>
    Number(tagName[1]),
  );
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
});

it('has no scripts and no inline styles', () => {
  expect(document.querySelectorAll('script, style, link, iframe, img, [style]')).toHaveLength(0);
  const attributes = Array.from(document.querySelectorAll('*')).flatMap((element) =>
    element.getAttributeNames(),
  );
  expect(attributes.filter((name) => name.startsWith('on'))).toEqual([]);
});

it('links the file to download', () => {
  const links = document.querySelectorAll('a[download="openapi.json"]');
  expect(Array.from(links, (link) => link.getAttribute('href'))).toContain(
    '/assets/openapi-1.json',
  );
});

it('shows markup in the specification as text', async () => {
  const hostile = structuredClone(SPECIFICATION);
  hostile.tags[0]!.description = '<script>alert(1)</script> <!-- hidden --> `<b>` $& $1';
  const html = await renderReference(hostile, '/x');
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;!-- hidden');
  expect(html).toContain('<code>&lt;b></code> $&amp; $1');
});
