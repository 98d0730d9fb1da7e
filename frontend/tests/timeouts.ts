// Tests run beside the compiler on few cores, so a wait of a second, the default, can be too short.
import { vi } from 'vitest';

const TIMEOUT = 5_000;

const { waitFor } = vi;
vi.waitFor = (callback, options) => {
  const given = typeof options === 'number' ? { timeout: options } : options;
  return waitFor(callback, { timeout: TIMEOUT, ...given });
};

// Only component tests have a document.
if (typeof document !== 'undefined') {
  const { configure } = await import('@testing-library/svelte/pure');
  configure({ asyncUtilTimeout: TIMEOUT });
}
