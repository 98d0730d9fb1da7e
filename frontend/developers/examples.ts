/** Example calls and replies. */
import type { Operation, Parameter } from './openapi';

/** The length of a line up to which an array or object stays on it. */
const MAX_LINE = 72;

/**
 * Returns a call by curl. `$API` and `signed_curl` are defined in the first sections of the page.
 * Words in capitals stand for values.
 */
export function curlOf(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
  isOpen: boolean,
): string {
  const body = requestBody?.content['application/json'].example;
  const url =
    path.replace(/\{(\w+)\}/g, (_, name: string) => placeholder(name)) + query(parameters);
  const call = [
    isOpen ? 'curl' : 'signed_curl',
    // curl sends POST if there is a body, else GET.
    method === (body === undefined ? 'get' : 'post') ? '' : `-X ${method.toUpperCase()}`,
    `"$API${url}"`,
  ];
  const line = call.filter(Boolean).join(' ');
  return body === undefined ? line : `${line} \\\n  --json ${quoteForShell(formatJson(body))}`;
}

/** Returns the required parameters of the query, or the first one if none is required. */
function query(parameters: Parameter[]): string {
  const all = parameters.filter((parameter) => parameter.in === 'query');
  const required = all.filter((parameter) => parameter.required);
  const shown = required.length > 0 ? required : all.slice(0, 1);
  const pairs = shown.map(({ name, schema }) => {
    const value = schema.default === undefined ? placeholder(name) : String(schema.default);
    return `${name}=${value}`;
  });
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** `ownerId` becomes `OWNER_ID`. */
const placeholder = (name: string) => name.replace(/[A-Z]/g, '_$&').toUpperCase();

const quoteForShell = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Formats JSON with an array or object on one line if it is short. */
export function formatJson(value: unknown, indent = ''): string {
  const line = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= MAX_LINE)
    return line;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => formatJson(item, inner))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}: ${formatJson(item, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`,
  );
  return `{${pairs.join(', ')}}`;
}
