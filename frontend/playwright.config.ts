import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** The browser that is on the machine; none is ever downloaded here. */
const CANDIDATES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
  (name) => `/usr/bin/${name}`,
);
const browser = process.env.CHROMIUM || CANDIDATES.find(existsSync);
if (!browser) throw new Error('No Chromium found: install one, or set CHROMIUM to its path.');

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: '../target/browser-test',
  // Generous, because machines of continuous integration can be several times slower than others.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  // One browser waits while the other uses the second core.
  workers: 2,
  // Playwright reports a test as flaky if only its second run passes. Only the second run records a
  // trace, because recording takes a fifth of the time.
  retries: 1,
  reporter: 'list',
  use: {
    actionTimeout: 30_000,
    // Playwright does not see what a service worker answers; the tests of the shell allow it.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    trace: 'on-first-retry',
    launchOptions: { executablePath: browser, args },
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1280, height: 860 } } },
    {
      name: 'phone',
      use: {
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        colorScheme: 'dark',
      },
    },
  ],
});
