const STORAGE_KEY = 'albumen-reloaded';
/** The time within which the page reloads only once: a second reload would not help. */
const MIN_RELOAD_INTERVAL_MS = 60_000;

/** Reloads the page if a file of its version is no longer on the server. */
export function reloadIfOutdated(): void {
  addEventListener('vite:preloadError', () => {
    if (canReload(navigator.onLine, () => sessionStorage, Date.now())) location.reload();
  });
}

/** Returns `true` if a reload can help, and stores the time of the reload. */
export function canReload(
  isOnline: boolean,
  getStorage: () => Pick<Storage, 'getItem' | 'setItem'>,
  now: number,
): boolean {
  if (!isOnline) return false;
  try {
    const storage = getStorage();
    if (now - Number(storage.getItem(STORAGE_KEY) ?? -Infinity) < MIN_RELOAD_INTERVAL_MS)
      return false;
    storage.setItem(STORAGE_KEY, `${now}`);
    return true;
  } catch {
    return false; // the storage is blocked, so reloads cannot be limited
  }
}
