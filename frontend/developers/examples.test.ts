import { expect, it } from 'vitest';
import { curlOf, formatJson } from './examples';
import type { Operation, Parameter } from './openapi';

const callOf = (method: string, operation: Partial<Operation>, isOpen = false) =>
  curlOf('/pictures/{ownerId}/{id}', method, operation as Operation, isOpen);

const parameter = (name: string, changes: Partial<Parameter> = {}): Parameter => ({
  name,
  in: 'query',
  required: false,
  schema: {},
  ...changes,
});

const withBody = (example: unknown): Partial<Operation> => ({
  requestBody: { content: { 'application/json': { schema: {}, example } } },
});

it('signs calls of members', () => {
  expect(callOf('get', {})).toBe('signed_curl "$API/pictures/OWNER_ID/ID"');
  expect(callOf('get', {}, true)).toBe('curl "$API/pictures/OWNER_ID/ID"');
});

it('names a method that curl does not choose itself', () => {
  const body = withBody({ text: 'Hello' });
  expect(callOf('delete', {})).toBe('signed_curl -X DELETE "$API/pictures/OWNER_ID/ID"');
  expect(callOf('post', body)).toBe(
    'signed_curl "$API/pictures/OWNER_ID/ID" \\\n  --json \'{"text": "Hello"}\'',
  );
  expect(callOf('patch', body)).toContain('-X PATCH ');
  expect(callOf('post', {})).toContain('-X POST ');
});

it('quotes the body for the shell', () => {
  expect(callOf('post', withBody("it's"))).toContain(String.raw`--json '"it'\''s"'`);
});

it('shows the required parameters of the query, or else the first one', () => {
  const parameters = [
    parameter('id', { in: 'path', required: true }),
    parameter('limit', { schema: { default: 50 } }),
    parameter('cursor'),
    parameter('If-None-Match', { in: 'header' }),
  ];
  expect(callOf('get', { parameters })).toContain('/ID?limit=50"');
  const required = [
    parameter('sha256', { required: true }),
    parameter('userId', { required: true }),
  ];
  expect(callOf('get', { parameters: [...parameters, ...required] })).toContain(
    '/ID?sha256=SHA256&userId=USER_ID"',
  );
});

it('formats JSON with short objects on one line', () => {
  expect(formatJson({ code: 200, data: [], notes: null })).toBe(
    '{"code": 200, "data": [], "notes": null}',
  );
  const long = 'x'.repeat(47);
  expect(formatJson({ items: [{ id: 1, name: long }, 2], owner: { handle: 'ada' } })).toBe(
    [
      '{',
      `  "items": [`,
      `    {"id": 1, "name": "${long}"},`,
      `    2`,
      `  ],`,
      `  "owner": {"handle": "ada"}`,
      '}',
    ].join('\n'),
  );
});
