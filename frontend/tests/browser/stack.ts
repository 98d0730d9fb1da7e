import { readFileSync } from 'node:fs';

/** What the tests need of `stack.json`. */
export interface Stack {
  /** Where the app is served. */
  web: string;
  /** Base URL of the API. */
  api: string;
  /** Where a WebSocket is opened. */
  live: string;
  /** Where the local cloud answers. */
  endpoint: string;
  region: string;
  clientId: string;
  identityPoolId: string;
  mediaBucket: string;
}

/** The local cloud to test against, as the tool that started it says. */
export function readStack(): Stack {
  const path = process.env.ALBUMEN_STACK;
  if (!path)
    throw new Error(
      'ALBUMEN_STACK is not set: start the local cloud with `cargo dev up` and set it to the path of its stack.json.',
    );
  return JSON.parse(readFileSync(path, 'utf8')) as Stack;
}
