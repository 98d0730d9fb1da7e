import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const STACK =
  process.env.ALBUMEN_STACK ?? fileURLToPath(new URL('../.local/stack.json', import.meta.url));
const POLICY = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/;

/** Connects the development server to the local cloud that is up. */
export function localCloud(): Plugin {
  return {
    name: 'albumen-local-cloud',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/config.json', (_, reply) => {
        try {
          const body = readConfig();
          reply.setHeader('content-type', 'application/json').end(body);
        } catch {
          reply.statusCode = 503;
          reply.end('The local cloud is not up. Start it with `cargo dev up --detach`.');
        }
      });
    },
    // The development server inserts style elements and scripts, which the policy refuses.
    transformIndexHtml: (html) => html.replace(POLICY, ''),
  };
}

/** The content of `config.json`, as `cargo dev up` publishes it. */
function readConfig(): string {
  const stack = JSON.parse(readFileSync(STACK, 'utf8')) as Record<string, unknown>;
  const { region, api, live, endpoint, userPoolId, clientId, identityPoolId } = stack;
  return JSON.stringify({ region, api, live, endpoint, userPoolId, clientId, identityPoolId });
}
