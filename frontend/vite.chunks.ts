import type { Rolldown } from 'vite';

type Context = Rolldown.ChunkingContext;

let reached: Set<string> | null = null;

/** What the page needs before anything else is one file: two dozen small ones would compress worse and keep each other waiting. */
export function firstView(module: string, context: Context): string | null {
  reached ??= reach(context);
  return reached.has(module) ? 'app' : null;
}

/** All modules that the entry imports, and they in turn, other than by `import()`. */
function reach(context: Context): Set<string> {
  const found = new Set<string>();
  const waiting = [ENTRY];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...(context.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

const ENTRY = new URL('./src/main.ts', import.meta.url).pathname;
