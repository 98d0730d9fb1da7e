import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const STACK = fileURLToPath(new URL('../.local/stack.json', import.meta.url));
const NOT_UP = 'The local cloud is not up. Start it with `cargo dev up --detach`.';
const POLICY = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>/;

/** Connects the development server to the local cloud that is up. */
export function localCloud(): Plugin {
  return {
    name: 'albumen-local-cloud',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/config.json', (_, reply) => {
        reply.setHeader('cache-control', 'no-cache');
        try {
          const config = readConfig();
          reply.setHeader('content-type', 'application/json').end(config);
        } catch {
          reply.statusCode = 503;
          reply.setHeader('content-type', 'text/plain').end(NOT_UP);
        }
      });
    },
    // The development server adds inline styles and scripts, which the policy refuses.
    transformIndexHtml: (html) => html.replace(POLICY, ''),
  };
}

/** Returns the content of `config.json`, as `cargo dev up` publishes it. */
function readConfig(): string {
  const file = readFileSync(process.env.ALBUMEN_STACK ?? STACK, 'utf8');
  const stack = JSON.parse(file) as Record<string, unknown>;
  const { region, api, live, endpoint, userPoolId, clientId, identityPoolId } = stack;
  return JSON.stringify({ region, api, live, endpoint, userPoolId, clientId, identityPoolId });
}
