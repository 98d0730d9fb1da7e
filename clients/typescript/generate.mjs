/**
 * Writes `src/generated` from `docs/openapi.json`. `cargo dev openapi` runs it. With `--check`,
 * writes nothing and fails if the files are not current.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = '// Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.\n';
const folder = new URL('./src/generated/', import.meta.url);
const source = new URL('../../docs/openapi.json', import.meta.url);
const document = JSON.parse(readFileSync(source, 'utf8'));

const operations = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  .sort((one, other) => (one.operation.operationId < other.operation.operationId ? -1 : 1));

/** Reduces the replies of an operation to the data of the successful one, without examples. */
function keepData(operation) {
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
  const [status, { description, content }] = success;
  const { schema } = content['application/json'];
  const data = { 'application/json': { schema: schema.properties?.data ?? schema } };
  operation.responses = { [status]: { description, content: data } };
  const body = operation.requestBody?.content['application/json'];
  delete body?.example;
}

function schemaModule() {
  const reduced = structuredClone(document);
  for (const methods of Object.values(reduced.paths)) Object.values(methods).forEach(keepData);
  for (const part of ['responses', 'headers', 'securitySchemes']) delete reduced.components[part];
  for (const methods of Object.values(reduced.paths))
    for (const operation of Object.values(methods)) delete operation.security;
  delete reduced.security;
  const options = { rootTypes: true, rootTypesNoSchemaPrefix: true, defaultNonNullable: false };
  return openapiTS(reduced, options).then((ast) => HEADER + astToString(ast));
}

/** Throws an error for an operation that `toRequest` in `src/client.ts` does not support. */
function requireSupported({ path, method, operation }) {
  const { parameters = [], requestBody, operationId } = operation;
  const sent = parameters.filter(({ name }) => name !== 'If-None-Match');
  const isMisplaced = sent.some((part) => (part.in === 'header') !== part.name.startsWith('x-'));
  const isAmbiguous = sent.length > 0 && !path.includes('{') && (requestBody || method !== 'get');
  if (isMisplaced || isAmbiguous) throw new Error(`The client does not support ${operationId}.`);
}

function comment({ summary, description, security }) {
  // Without a list of its own, an operation needs the signature of a member.
  const isOpen = security?.every((scheme) => !('signature' in scheme)) ?? false;
  const lines = [summary, description, isOpen ? 'Needs no account.' : '']
    .filter(Boolean)
    .join('\n\n')
    .split('\n');
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

/** Returns the code of the interface of all operations, and of the table of their routes. */
function operationsModule() {
  operations.forEach(requireSupported);
  const methods = operations.flatMap(({ operation }) => [
    ...comment(operation),
    `${operation.operationId}: Method<'${operation.operationId}'>;`,
  ]);
  const routes = operations.map(({ path, method, operation }) => {
    const schema = (status) => operation.responses[status]?.content['application/json'].schema;
    const hasEnvelope = Boolean((schema('200') ?? schema('201')).properties?.data);
    const parts = [method.toUpperCase(), path, ...(hasEnvelope ? [] : ['no envelope'])];
    return `${operation.operationId}: [${parts.map((part) => `'${part}'`).join(', ')}],`;
  });
  const indented = (lines) => lines.map((line) => `  ${line}\n`).join('');
  return `${HEADER}import type { Method, Route } from '../method.js';

/** The operations of the API. Each method returns the data of the reply. */
export interface Api {
${indented(methods)}}

export const ROUTES: Record<keyof Api, Route> = {
${indented(routes)}};
`;
}

const files = { 'schema.ts': await schemaModule(), 'operations.ts': operationsModule() };
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, folder);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(
      `clients/typescript/src/generated/${name} is not current. Run \`cargo dev openapi\`.`,
    );
    process.exitCode = 1;
  }
}
