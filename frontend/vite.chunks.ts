import { fileURLToPath } from 'node:url';
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

type Context = Rolldown.ChunkingContext;

const ENTRY = fileURLToPath(new URL('./src/main.ts', import.meta.url));
const APP = fileURLToPath(new URL('./src/start.ts', import.meta.url));
/** The name of the file that holds the app, and of the one that holds what runs before it. */
const NAME = 'app';
const BEFORE = 'before';

let files: Map<string, string> | null = null;

/** What the page needs before anything else is one file: two dozen small ones would compress worse and keep each other waiting. */
export function firstView(module: string, context: Context): string | null {
  if (!files) {
    files = new Map();
    for (const id of reach(APP, context)) files.set(id, NAME);
    for (const id of reach(ENTRY, context)) files.set(id, BEFORE);
  }
  return files.get(module) ?? null;
}

/** All modules that one imports, and they in turn, other than by `import()`. */
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

/** The page itself asks for the app and its styles: the entry would only find out that it needs them. */
export function askForApp(): Plugin {
  return {
    name: 'albumen-ask-for-app',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        // What `import()` names is a file of its own, which only leads to the app.
        const scripts = chunks.filter(
          ({ name, facadeModuleId }) => name === NAME || facadeModuleId === APP,
        );
        if (scripts.length < 2)
          throw new Error(`${NAME} and what leads to it are not among the files.`);
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
