/** The CloudFront Functions of template.yaml, with the code that is deployed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TEMPLATE = fileURLToPath(new URL('../../../template.yaml', import.meta.url));

export interface Request {
  method: string;
  uri: string;
  querystring?: object;
}

export interface Reply {
  uri?: string;
  statusCode?: number;
  headers?: Record<string, { value: string }>;
  body?: string;
}

/** The code of a function. `values` replaces the variables of `Fn::Sub`. */
export function readCode(id: string, values: Record<string, string>): string {
  const [, resource] = new RegExp(`\\n {2}${id}:\\n((?: {4}.*\\n|\\n)+)`).exec(
    readFileSync(TEMPLATE, 'utf8'),
  )!;
  const [, , indent] = /\n {6}FunctionCode: !Sub(?: \|\n|\n {8}- \|\n)(( +).*\n)/.exec(resource!)!;
  const [, block] = new RegExp(`\\|\\n((?:${indent!}.*\\n|\\n)+)`).exec(resource!)!;
  return block!
    .replace(new RegExp(`^${indent!}`, 'gm'), '')
    .replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]!);
}

/** The handler of a function. */
export function readFunction(id: string, values: Record<string, string>) {
  return new Function(`${readCode(id, values)}; return handler;`)() as (event: {
    request: Request;
  }) => Reply;
}
