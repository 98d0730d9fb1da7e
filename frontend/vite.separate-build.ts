import { build, type InlineConfig, type Plugin } from 'vite';

/**
 * Builds files after the app, in a build of their own, so that the app and its service worker do
 * not load or cache them.
 */
export function separateBuild(
  name: string,
  plugins: Plugin[],
  rolldownOptions: NonNullable<NonNullable<InlineConfig['build']>['rolldownOptions']>,
): Plugin {
  let outDir = '';
  return {
    name,
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle() {
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        plugins,
        build: { outDir, emptyOutDir: false, target: 'es2022', rolldownOptions },
      });
    },
  };
}
