import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/**
 * `cargo dev bench web`: measures how quickly the built app opens and scrolls. Nothing else should
 * run meanwhile.
 */
export default defineConfig({
  ...base,
  testDir: 'tests/bench',
  testMatch: '*.bench.ts',
  outputDir: '../target/browser-bench',
  timeout: 600_000,
  reporter: 'line',
  use: { ...base.use, screenshot: 'off', trace: 'off', serviceWorkers: 'allow' },
  projects: [{ name: 'web' }],
});
