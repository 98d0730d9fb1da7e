import { fileURLToPath } from 'node:url';
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

type Context = Rolldown.ChunkingContext;

const ENTRY = fileURLToPath(new URL('./src/main.ts', import.meta.url));
const APP = fileURLToPath(new URL('./src/start.ts', import.meta.url));
/** The names of the file with the app, and of the file with the modules that run before it. */
const NAME = 'app';
const BEFORE = 'before';

let files: Map<string, string> | null = null;

/**
 * Puts all modules of the first view into one file. Two dozen small files would compress worse, and
 * each would wait for another.
 */
export function firstView(module: string, context: Context): string | null {
  if (!files) {
    files = new Map();
    for (const id of reach(APP, context)) files.set(id, NAME);
    for (const id of reach(ENTRY, context)) files.set(id, BEFORE);
  }
  return files.get(module) ?? null;
}

/** Returns a module and all modules that it imports statically, directly or indirectly. */
function reach(from: string, context: Context): Set<string> {
  const found = new Set<string>();
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...(context.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/** Preloads the app and its styles in the page. Otherwise the entry would request them later. */
export function askForApp(): Plugin {
  return {
    name: 'albumen-ask-for-app',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        // The target of `import()` is a file of its own, which only imports the app.
        const scripts = chunks.filter(
          ({ name, facadeModuleId }) => name === NAME || facadeModuleId === APP,
        );
        if (scripts.length < 2)
          throw new Error(`The bundle lacks ${NAME}, or the file that imports it.`);
        const styles = scripts.flatMap(({ viteMetadata }) => [
          ...(viteMetadata?.importedCss ?? []),
        ]);
        const tag = (rel: string, file: string): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel, href: `/${file}`, crossorigin: true },
          injectTo: 'head',
        });
        return [
          ...scripts.map(({ fileName }) => tag('modulepreload', fileName)),
          ...[...new Set(styles)].map((file) => tag('stylesheet', file)),
        ];
      },
    },
  };
}
