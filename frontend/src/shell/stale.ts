const KEY = 'albumen-reloaded';
/** Milliseconds within which a page that was loaded anew is not loaded anew again: what is missing then, a new page does not bring. */
const ONCE_IN = 60_000;

/** Loads the page anew where a part of it that is loaded late is gone: a newer version was published long ago. */
export function reloadWhereStale(): void {
  addEventListener(
    'vite:preloadError',
    () => mayReload(navigator.onLine, () => sessionStorage, Date.now()) && location.reload(),
  );
}

/** Whether loading anew can help: not without a connection, and not again and again. */
export function mayReload(
  online: boolean,
  storage: () => Pick<Storage, 'getItem' | 'setItem'>,
  now: number,
): boolean {
  if (!online) return false;
  try {
    if (now - Number(storage().getItem(KEY) ?? -Infinity) < ONCE_IN) return false;
    storage().setItem(KEY, `${now}`);
    return true;
  } catch {
    return false; // it cannot be noted
  }
}
