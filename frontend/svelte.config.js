import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  // `tree` builds elements without innerHTML, as a strict Content-Security-Policy needs.
  compilerOptions: { runes: true, fragments: 'tree' },
};
