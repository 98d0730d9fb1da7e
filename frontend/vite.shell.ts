import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

/** A file that the service worker caches. `revision` differs if a file of the same name changes. */
export interface ShellFile {
  url: string;
  revision: string | null;
}

const WORKER = fileURLToPath(new URL('./src/shell/worker.ts', import.meta.url));

/**
 * Builds the service worker `sw.js` after the app, with the list of files that it caches: the page
 * and every asset but the code editor. Workbox's own build tools would add three hundred packages
 * for the same result.
 */
export function serviceWorker(): Plugin {
  let outDir = '';
  return {
    name: 'albumen-service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle(_, bundle) {
      const cached = Object.values(bundle).filter((file) => !isCodeEditor(file));
      const files = cached.map((file) =>
        shellFile(file.fileName, file.type === 'asset' ? file.source : file.code),
      );
      files.sort((a, b) => (a.url < b.url ? -1 : 1));
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        define: { SHELL_FILES: JSON.stringify(files), 'process.env.NODE_ENV': '"production"' },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2022',
          lib: { entry: WORKER, formats: ['iife'], name: 'worker', fileName: () => 'sw.js' },
        },
      });
    },
  };
}

/** Few people edit code. For the others, the editor would be a third of all that is cached. */
const isCodeEditor = (file: Rolldown.OutputAsset | Rolldown.OutputChunk): boolean =>
  file.type === 'chunk' && file.moduleIds.some((id) => id.includes('/node_modules/@codemirror/'));

/** Files in `assets/` have a hash of their content in their names. */
function shellFile(url: string, content: string | Uint8Array): ShellFile {
  const hashed = url.startsWith('assets/');
  return {
    url,
    revision: hashed ? null : createHash('sha256').update(content).digest('hex').slice(0, 16),
  };
}
