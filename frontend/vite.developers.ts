import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { runnerImport, type Plugin } from 'vite';
import type { Specification } from './developers/openapi.ts';
import { separateBuild } from './vite.separate-build.ts';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PAGE = pathOf('./developers.html');
const SPECIFICATION = pathOf('../docs/openapi.json');

/** Builds the page `/developers` from the specification of the API, as HTML without scripts. */
export function developersPage(): Plugin[] {
  const pageBuild = separateBuild('albumen-developers-page', [reference()], { input: PAGE });
  return [{ ...reference(), apply: 'serve' }, pageBuild];
}

/** Writes the reference into the page, and publishes the specification as a file to download. */
function reference(): Plugin {
  return {
    name: 'albumen-reference',
    configureServer(server) {
      server.middlewares.use((request, reply, next) => {
        const { fileName, source } = readSpecification();
        if (request.url !== `/${fileName}`) return next();
        reply.setHeader('content-type', 'application/json').end(source);
      });
    },
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { filename }) {
        if (filename !== PAGE) return html;
        const { fileName, source } = readSpecification();
        const body = await renderReference(JSON.parse(source) as Specification, `/${fileName}`);
        return html.replace('<!-- reference -->', () => body);
      },
    },
    generateBundle() {
      this.emitFile({ type: 'asset', ...readSpecification() });
    },
  };
}

/** Returns the HTML of the page's body. `download` is the address of the specification. */
export async function renderReference(
  specification: Specification,
  download: string,
): Promise<string> {
  const { module } = await runnerImport<typeof import('./developers/render.ts')>(
    pathOf('./developers/render.ts'),
    { configFile: false, logLevel: 'warn', plugins: [svelte()] },
  );
  return module.render(specification, download);
}

/** Files in `assets/` have a hash of their content in their names. */
function readSpecification() {
  const source = readFileSync(SPECIFICATION, 'utf8');
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 8);
  return { fileName: `assets/openapi-${hash}.json`, source };
}
