import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { askForApp, firstView } from './vite.chunks.ts';
import { serviceWorker } from './vite.shell.ts';

export default defineConfig({
  // The app is served from a bucket path locally and from a site's root on AWS: every address in it is relative.
  base: './',
  plugins: [svelte(), askForApp(), serviceWorker()],
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
  test: {
    include: ['src/**/*.test.ts'],
    // Published as TypeScript, so Node cannot load it without Vite.
    server: { deps: { inline: ['@immich/justified-layout-wasm'] } },
  },
});
