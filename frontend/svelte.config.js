import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  // `tree` builds elements by calls and never by innerHTML, so a strict Content-Security-Policy holds.
  compilerOptions: { runes: true, fragments: 'tree' },
};
