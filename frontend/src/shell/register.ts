import { Workbox } from 'workbox-window';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { Versions } from './versions';

/** Milliseconds after which a page that is looked at again asks for a new version: routes in the hash never do. */
const ASK_AFTER = 3_600_000;

/** Starts the service worker, and says when there is a new version. */
export function keepShell(): void {
  const worker = new Workbox(new URL('sw.js', document.baseURI).href);
  let asked = Date.now();
  const versions = new Versions({
    offer: (take) => {
      const toast = toasts.show(t.shell.ready, {
        action: { label: t.shell.reload, run: take },
        persistent: true,
      });
      return () => toasts.dismiss(toast);
    },
    takeOver: () => worker.messageSkipWaiting(),
    reload: () => location.reload(),
  });

  worker.addEventListener('waiting', () => versions.waiting());
  // The first worker of all takes over, too: that is no new version.
  worker.addEventListener(
    'controlling',
    ({ isUpdate, isExternal }) => (isUpdate || isExternal) && versions.controlling(),
  );

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - asked < ASK_AFTER) return;
    asked = Date.now();
    worker.update().catch(() => undefined); // offline: it is asked again another time
  });

  // Without it the app works all the same, with a connection.
  worker
    .register({ immediate: true })
    .catch((error: unknown) => console.warn('The service worker could not be started.', error));
}
