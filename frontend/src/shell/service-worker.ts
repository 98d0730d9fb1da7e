import { Workbox } from 'workbox-window';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { RENDITIONS_PATH } from './kept-images';
import { VersionUpdates } from './version-updates';

/**
 * The time after which a visible page asks for a new version. Browsers ask at each page load, but
 * navigations within the app load no page.
 */
const UPDATE_INTERVAL_MS = 3_600_000;

/** Registers the service worker, and offers new versions of the app. */
export function registerServiceWorker(): void {
  const worker = new Workbox('/sw.js');
  const updates = new VersionUpdates({
    offer: showOffer,
    activate: () => worker.messageSkipWaiting(),
    reload: () => location.reload(),
  });

  worker.addEventListener('waiting', () => updates.handleWaiting());
  worker.addEventListener('controlling', ({ isUpdate, isExternal }) => {
    // The first service worker takes control, too, but is no new version.
    if (isUpdate || isExternal) updates.handleControlling();
    else keepLoadedImages();
  });
  updateRegularly(worker);

  // The app works without a service worker, but only online.
  worker
    .register({ immediate: true })
    .catch((error: unknown) => console.warn('The service worker could not be registered.', error));
}

/** Passes the images that were loaded before the first service worker from the browser's cache. */
function keepLoadedImages(): void {
  for (const { complete, currentSrc } of document.images)
    if (complete && currentSrc.startsWith(`${location.origin}${RENDITIONS_PATH}`))
      // Never downloads an image again.
      fetch(currentSrc, { cache: 'only-if-cached', mode: 'same-origin' }).catch(() => undefined);
}

/** Returns a function that withdraws the offer. */
function showOffer(accept: () => void): () => void {
  const toast = toasts.show(t.shell.ready, {
    action: { label: t.shell.reload, run: accept },
    persistent: true,
  });
  return () => toasts.dismiss(toast);
}

function updateRegularly(worker: Workbox): void {
  let updatedAt = Date.now();
  document.addEventListener('visibilitychange', () => {
    const isDue = Date.now() - updatedAt >= UPDATE_INTERVAL_MS;
    if (document.visibilityState !== 'visible' || !isDue) return;
    updatedAt = Date.now();
    worker.update().catch(() => undefined); // offline: the next interval tries again
  });
}
