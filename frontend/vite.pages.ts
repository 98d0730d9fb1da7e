import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { separateBuild } from './vite.separate-build.ts';

const STYLE = fileURLToPath(new URL('./src/pages/pages.css', import.meta.url));
/** The shapes of tiles: the width in twelfths of the height, as in templates/macros.html. */
const [NARROWEST, WIDEST] = [4, 36];

/**
 * Builds `pages.css`, the style of the public pages, which the function `pages` links. Its name has
 * no hash, because the function is deployed on its own.
 */
export function publicPages(): Plugin {
  return separateBuild('albumen-public-pages', [shapes()], {
    input: { pages: STYLE },
    output: { assetFileNames: '[name][extname]' },
  });
}

/** Adds a class for each shape, because the pages have no inline styles. */
function shapes(): Plugin {
  return {
    name: 'albumen-shapes',
    enforce: 'pre',
    transform: {
      filter: { id: STYLE },
      handler(css) {
        const rules = Array.from(
          { length: WIDEST - NARROWEST + 1 },
          (_, i) => `.w${NARROWEST + i} { --w: ${NARROWEST + i}; }`,
        );
        return [css, ...rules].join('\n');
      },
    },
  };
}
