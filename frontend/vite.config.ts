import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { askForApp, firstView } from './vite.chunks.ts';
import { developersPage } from './vite.developers.ts';
import { localCloud } from './vite.local.ts';
import { publicPages } from './vite.pages.ts';
import { serviceWorker } from './vite.shell.ts';

export default defineConfig({
  // The app has real paths of any depth, so every address in it is absolute.
  base: '/',
  plugins: [svelte(), askForApp(), serviceWorker(), developersPage(), publicPages(), localCloud()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: firstView, debugName: 'first view' }],
        },
      },
    },
  },
  // Component tests mount components, so Vitest needs Svelte's build for browsers.
  ...(process.env.VITEST && { resolve: { conditions: ['browser'] } }),
  test: {
    include: ['{src,developers}/**/*.test.ts', 'tests/site/*.test.ts'],
    setupFiles: 'tests/timeouts.ts',
    // A wait must end before its test: its message says what is missing.
    testTimeout: 20_000,
    // Published as TypeScript, so Node cannot load it without Vite.
    server: { deps: { inline: ['@immich/justified-layout-wasm'] } },
  },
});
