/** The content of the page, computed from the specification. */
import { curlOf, formatJson } from './examples';
import type { Operation, Reply, Schema, Specification } from './openapi';

/** A piece of the name of a type. `schema` is the schema that it links to. */
export interface TypePart {
  text: string;
  schema?: string;
}

export interface Field {
  name: string;
  type: TypePart[];
  isRequired: boolean;
  /** The part of the request that contains a parameter: `path`, `query` or `header`. */
  place?: string;
  notes: string[];
  description: string;
  fields: Field[];
}

/** An object, or one of its variants. */
export interface Shape {
  description: string;
  fields: Field[];
}

export interface NamedSchema extends Shape {
  name: string;
  /** The type of a schema that is no object. */
  type: TypePart[];
  variants: Shape[];
}

export interface ShownReply {
  status: string;
  description: string;
  headers: string[];
  /** The type of `data` in the envelope, or of a reply without an envelope. */
  type: TypePart[];
}

export interface ShownOperation {
  id: string;
  method: string;
  path: string;
  isOpen: boolean;
  summary: string;
  description: string;
  parameters: Field[];
  body: { type: TypePart[]; fields: Field[] } | null;
  replies: ShownReply[];
  request: string;
  /** The example of the reply, as JSON. */
  reply: { status: string; text: string } | null;
}

export interface Group {
  name: string;
  description: string;
  operations: ShownOperation[];
}

export interface ErrorKind {
  status: string;
  description: string;
  notes: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Returns the operations by tag, in the order of the tags. Within a tag, GET is first. */
export function groupsOf(specification: Specification): Group[] {
  const operations = Object.entries(specification.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => method in methods).map(
      (method) => [path, method, methods[method]!] as const,
    ),
  );
  return specification.tags.map(({ name, description }) => ({
    name,
    description,
    operations: operations
      .filter(([, , { tags }]) => tags[0] === name)
      .map(([path, method, operation]) => describe(specification, path, method, operation)),
  }));
}

function describe(
  specification: Specification,
  path: string,
  method: string,
  operation: Operation,
): ShownOperation {
  const security = operation.security ?? specification.security;
  // An empty requirement makes the others optional, such as a developer key.
  const isOpen = security.length === 0 || security.some((one) => Object.keys(one).length === 0);
  const body = operation.requestBody?.content['application/json'];
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    isOpen,
    summary: operation.summary,
    description: operation.description ?? '',
    parameters: (operation.parameters ?? []).map((parameter) => ({
      ...fieldOf(parameter.name, parameter.schema, parameter.required),
      description: parameter.description ?? parameter.schema.description ?? '',
      place: parameter.in,
    })),
    body: body
      ? {
          type: typeOf(body.schema),
          fields: fieldsOf(resolve(specification, body.schema)),
        }
      : null,
    replies: Object.entries(operation.responses).map(([status, reply]) =>
      replyOf(specification, status, reply),
    ),
    request: curlOf(path, method, operation, isOpen),
    reply: exampleOf(operation),
  };
}

function replyOf(specification: Specification, status: string, reply: Reply): ShownReply {
  const { description, headers = {}, content } = { ...responseOf(specification, reply), ...reply };
  const schema = content?.['application/json'].schema;
  const isError = Number(status) >= 400;
  return {
    status,
    description,
    headers: Object.keys(headers),
    type: schema && !isError ? typeOf(schema.properties?.data ?? schema) : [],
  };
}

function responseOf(specification: Specification, { $ref }: Reply): Reply | undefined {
  return $ref === undefined ? undefined : specification.components.responses[nameOf($ref)];
}

function exampleOf({ responses }: Operation): ShownOperation['reply'] {
  for (const [status, { content }] of Object.entries(responses)) {
    const example = content?.['application/json'].example;
    if (example !== undefined) return { status, text: formatJson(example) };
  }
  return null;
}

/** Returns the kinds of errors in the order of their status. */
export function errorsOf({ components }: Specification): ErrorKind[] {
  return Object.values(components.responses)
    .map(({ description, content }) => {
      const { code, notes } = content!['application/json'].example as ErrorExample;
      return { status: String(code), description, notes };
    })
    .sort((a, b) => Number(a.status) - Number(b.status));
}

interface ErrorExample {
  code: number;
  notes: string;
}

/** Returns all schemas in alphabetical order. */
export function schemasOf({ components }: Specification): NamedSchema[] {
  return Object.entries(components.schemas)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([name, schema]) => ({
      name,
      ...shapeOf(schema),
      type: schema.properties ? [] : typeOf(schema),
      variants: schema.properties ? (schema.oneOf ?? []).map(shapeOf) : [],
    }));
}

const shapeOf = (schema: Schema): Shape => ({
  description: schema.description ?? '',
  fields: fieldsOf(schema),
});

/** Returns the fields of an object. Constants, which identify variants, are first. */
export function fieldsOf({ properties = {}, required = [] }: Schema): Field[] {
  return Object.entries(properties)
    .sort(([, a], [, b]) => Number('const' in b) - Number('const' in a))
    .map(([name, schema]) => fieldOf(name, schema, required.includes(name)))
    .sort((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): Field {
  return {
    name,
    type: typeOf(schema),
    isRequired,
    notes: notesOf(schema),
    description: schema.description ?? '',
    fields: fieldsOf(schema),
  };
}

/** Returns the name of the type: `string`, `array of Picture`, `"live" or "push"`. */
export function typeOf(schema: Schema): TypePart[] {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return [{ text: name, schema: name }];
  }
  if ('const' in schema) return [{ text: JSON.stringify(schema.const) }];
  if (schema.enum) return alternatives(schema.enum.map((value) => [{ text: quote(value) }]));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return alternatives(choices.map(typeOf));
  if (schema.items) return [{ text: 'array of ' }, ...typeOf(schema.items)];
  if (typeof schema.additionalProperties === 'object')
    return [{ text: 'map of string to ' }, ...typeOf(schema.additionalProperties)];
  const types = [schema.type ?? 'any value'].flat();
  return alternatives(types.map((type) => [{ text: withFormat(type, schema.format) }]));
}

const quote = (value: unknown) => JSON.stringify(value);

function alternatives(choices: TypePart[][]): TypePart[] {
  return choices.flatMap((choice, index) => (index > 0 ? [{ text: ' or ' }, ...choice] : choice));
}

/** The formats of numbers, such as `uint32`, say nothing to users of JSON. */
function withFormat(type: string, format: string | undefined): string {
  return type === 'string' && format ? `string (${format})` : type;
}

/** Returns the limits and the default of a value, as phrases. */
export function notesOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, pattern, maxItems, uniqueItems } = schema;
  return [
    // All other integers are counts, which cannot be negative.
    range(minimum || undefined, maximum, ''),
    range(minLength, maxLength, ' characters'),
    pattern && `pattern \`${pattern}\``,
    range(undefined, maxItems, ' items'),
    uniqueItems && 'each value at most once',
    'default' in schema && `default \`${String(schema.default)}\``,
  ].filter((note) => typeof note === 'string' && note !== '') as string[];
}

function range(low: number | undefined, high: number | undefined, unit: string): string {
  if (low !== undefined && high !== undefined) return `${format(low)} to ${format(high)}${unit}`;
  if (low !== undefined) return `at least ${format(low)}${unit}`;
  return high === undefined ? '' : `at most ${format(high)}${unit}`;
}

const format = (value: number) => value.toLocaleString('en');

/** Follows the reference of a schema. */
function resolve({ components }: Specification, schema: Schema): Schema {
  return schema.$ref === undefined ? schema : components.schemas[nameOf(schema.$ref)]!;
}

const nameOf = (reference: string) => reference.split('/').at(-1)!;
