import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Operation, Schema, Specification } from './openapi';
import {
  errorsOf,
  fieldsOf,
  groupsOf,
  notesOf,
  schemasOf,
  typeOf,
  type ShownOperation,
} from './reference';

const textOf = (schema: Schema) =>
  typeOf(schema)
    .map(({ text }) => text)
    .join('');

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const OPERATION: Operation = {
  operationId: 'getThing',
  summary: 'Returns a thing.',
  tags: ['Things'],
  responses: {
    '200': {
      description: 'The call succeeded.',
      headers: { ETag: {} },
      content: {
        'application/json': {
          schema: { properties: { code: { const: 200 }, data: ref('Thing'), notes: {} } },
          example: { code: 200, data: { id: 1 }, notes: null },
        },
      },
    },
    '404': { $ref: '#/components/responses/NotFound', description: 'The thing does not exist.' },
  },
};

function specificationOf(paths: Specification['paths']): Specification {
  return {
    info: { title: 'Test', version: '1', description: '' },
    security: [{ signature: [] }],
    tags: [
      { name: 'Others', description: 'Other operations.' },
      { name: 'Things', description: 'All about things.' },
    ],
    paths,
    components: {
      schemas: { Thing: { properties: { id: { type: 'integer' } }, required: ['id'] } },
      responses: {
        NotFound: {
          description: 'It does not exist.',
          headers: { 'X-Hint': {} },
          content: {
            'application/json': {
              schema: ref('Error'),
              example: { code: 404, data: null, notes: 'There is nothing at this address.' },
            },
          },
        },
      },
    },
  };
}

function onlyOperation(operation: Partial<Operation>): ShownOperation {
  const groups = groupsOf(specificationOf({ '/things': { get: { ...OPERATION, ...operation } } }));
  return groups[1]!.operations[0]!;
}

it('names types', () => {
  expect(textOf({ type: 'string' })).toBe('string');
  expect(textOf({ type: ['string', 'null'], format: 'date-time' })).toBe(
    'string (date-time) or null',
  );
  expect(textOf({ type: 'integer', format: 'uint32' })).toBe('integer');
  expect(textOf({ enum: ['live', 'push'], type: 'string' })).toBe('"live" or "push"');
  expect(textOf({ const: false, type: 'boolean' })).toBe('false');
  expect(textOf({ type: 'array', items: { enum: ['a'] } })).toBe('array of "a"');
  expect(textOf({ type: 'object', additionalProperties: { type: 'string' } })).toBe(
    'map of string to string',
  );
  expect(textOf({ type: 'object', additionalProperties: false })).toBe('object');
  expect(textOf({})).toBe('any value');
});

it('links the schemas in the name of a type', () => {
  expect(typeOf({ anyOf: [ref('Gps'), { type: 'null' }] })).toEqual([
    { text: 'Gps', schema: 'Gps' },
    { text: ' or ' },
    { text: 'null' },
  ]);
  expect(typeOf({ type: 'array', items: ref('Picture') })[1]).toEqual({
    text: 'Picture',
    schema: 'Picture',
  });
});

it('describes limits and defaults', () => {
  expect(notesOf({ minimum: 1, maximum: 50_000_000 })).toEqual(['1 to 50,000,000']);
  expect(notesOf({ minimum: 0 })).toEqual([]);
  expect(notesOf({ minimum: 0, maximum: 10 })).toEqual(['at most 10']);
  expect(notesOf({ minimum: -90, maximum: 90 })).toEqual(['-90 to 90']);
  expect(notesOf({ minLength: 1, maxLength: 100 })).toEqual(['1 to 100 characters']);
  expect(notesOf({ minLength: 3 })).toEqual(['at least 3 characters']);
  expect(notesOf({ maxItems: 500 })).toEqual(['at most 500 items']);
  expect(notesOf({ pattern: '^a$', default: 50, uniqueItems: true })).toEqual([
    'pattern `^a$`',
    'each value at most once',
    'default `50`',
  ]);
});

it('lists constants first, and optional fields last', () => {
  const fields = fieldsOf({
    properties: {
      optional: {},
      plain: {},
      type: { const: 'x' },
      nested: { properties: { inner: { type: 'string' } } },
    },
    required: ['plain', 'type', 'nested'],
  });
  expect(fields.map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ['type', true],
    ['plain', true],
    ['nested', true],
    ['optional', false],
  ]);
  expect(fields[2]!.fields.map(({ name }) => name)).toEqual(['inner']);
});

it('groups operations by tag, in the order of the tags and methods', () => {
  const named = (operationId: string, tag = 'Things') => ({
    ...OPERATION,
    operationId,
    tags: [tag],
  });
  const groups = groupsOf(
    specificationOf({
      '/a': { delete: named('deleteA'), get: named('getA'), post: named('postA') },
      '/b': { get: named('getB', 'Others') },
    }),
  );
  expect(groups.map(({ name, operations }) => [name, operations.map(({ id }) => id)])).toEqual([
    ['Others', ['getB']],
    ['Things', ['getA', 'postA', 'deleteA']],
  ]);
});

it('shows the data of the envelope, and the description of this operation for an error', () => {
  expect(onlyOperation({}).replies).toEqual([
    {
      status: '200',
      description: 'The call succeeded.',
      headers: ['ETag'],
      type: [{ text: 'Thing', schema: 'Thing' }],
    },
    { status: '404', description: 'The thing does not exist.', headers: ['X-Hint'], type: [] },
  ]);
  expect(onlyOperation({}).reply).toEqual({
    status: '200',
    text: '{"code": 200, "data": {"id": 1}, "notes": null}',
  });
});

it('shows a reply without envelope and example', () => {
  const { replies, reply } = onlyOperation({
    responses: {
      '200': {
        description: 'It.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
    },
  });
  expect([replies[0]!.type, reply]).toEqual([[{ text: 'object' }], null]);
});

it('shows who can call an operation', () => {
  expect(onlyOperation({}).isOpen).toBe(false);
  expect(onlyOperation({ security: [] }).isOpen).toBe(true);
  expect(onlyOperation({ security: [{}, { apiKey: [] }] }).isOpen).toBe(true);
  expect(onlyOperation({ security: [{ apiKey: [] }] }).isOpen).toBe(false);
});

it('shows the place of parameters, and the fields of the body', () => {
  const { parameters, body } = onlyOperation({
    parameters: [
      { name: 'limit', in: 'query', required: false, schema: { description: 'How many.' } },
    ],
    requestBody: { content: { 'application/json': { schema: ref('Thing') } } },
  });
  expect(parameters).toMatchObject([
    { name: 'limit', place: 'query', isRequired: false, description: 'How many.' },
  ]);
  expect(body).toMatchObject({ type: [{ schema: 'Thing' }], fields: [{ name: 'id' }] });
});

it('lists the kinds of errors with the notes of their examples', () => {
  expect(errorsOf(specificationOf({}))).toEqual([
    {
      status: '404',
      description: 'It does not exist.',
      notes: 'There is nothing at this address.',
    },
  ]);
});

it('shows the variants of a schema beside its own fields', () => {
  const specification = specificationOf({});
  specification.components.schemas = {
    Message: {
      properties: { id: {} },
      oneOf: [{ description: 'First.', properties: { type: { const: 'a' } } }],
    },
    Kind: { enum: ['a', 'b'], type: 'string' },
  };
  const [kind, message] = schemasOf(specification);
  expect([kind!.name, kind!.type.length, kind!.variants]).toEqual(['Kind', 3, []]);
  expect(message).toMatchObject({
    type: [],
    fields: [{ name: 'id' }],
    variants: [{ description: 'First.', fields: [{ name: 'type' }] }],
  });
});

/** The keywords that the page shows, or that say nothing to a reader. */
const KNOWN = [
  '$ref',
  'additionalProperties',
  'anyOf',
  'const',
  'default',
  'description',
  'enum',
  'format',
  'items',
  'maxItems',
  'maxLength',
  'maximum',
  'minLength',
  'minimum',
  'oneOf',
  'pattern',
  'properties',
  'required',
  'type',
  'uniqueItems',
];

/** Returns the keywords of a schema and of all schemas in it. */
function keywordsOf(schema: Schema | boolean | undefined): string[] {
  if (typeof schema !== 'object') return [];
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [] } = schema;
  const inner = [...Object.values(properties), items, additionalProperties, ...anyOf, ...oneOf];
  return [...Object.keys(schema), ...inner.flatMap(keywordsOf)];
}

it('knows every keyword and method of the specification', () => {
  const specification = JSON.parse(
    readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
  ) as Specification;
  const operations = Object.values(specification.paths).flatMap((path) => Object.values(path));
  const schemas = [
    ...Object.values(specification.components.schemas),
    ...operations.flatMap(({ parameters = [] }) => parameters.map(({ schema }) => schema)),
    ...operations.flatMap(({ responses }) =>
      Object.values(responses).map(({ content }) => content?.['application/json'].schema),
    ),
  ];
  const unknown = schemas.flatMap(keywordsOf).filter((keyword) => !KNOWN.includes(keyword));
  expect(unknown).toEqual([]);
  const shown = groupsOf(specification).flatMap((group) => group.operations);
  expect(shown).toHaveLength(operations.length);
});
