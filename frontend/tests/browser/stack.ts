import { readFileSync } from 'node:fs';

/** The fields of `stack.json` that the tests use. */
export interface Stack {
  /** URL of the root of the site, with a slash at the end. */
  web: string;
  /** Base URL of the API. */
  api: string;
  /** URL of the WebSocket API. */
  live: string;
  /** URL of all AWS services on the local cloud. */
  endpoint: string;
  region: string;
  clientId: string;
  identityPoolId: string;
  mediaBucket: string;
}

/** Reads the addresses of the local cloud from the file that `ALBUMEN_STACK` names. */
export function readStack(): Stack {
  const path = process.env.ALBUMEN_STACK;
  if (!path)
    throw new Error(
      'ALBUMEN_STACK is not set: start the local cloud with `cargo dev up` and set it to the path of its stack.json.',
    );
  return JSON.parse(readFileSync(path, 'utf8')) as Stack;
}
