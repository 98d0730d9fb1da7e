/** The target of a key. In a browser, an element. */
interface KeyTarget {
  closest: (selectors: string) => unknown;
}

const LAYERS = 'dialog, [popover]';
const FIELDS = 'input, textarea, select';
/** The keys that also work while the panel beside the picture has the focus. */
const PANEL_KEYS = ['Escape', 'ArrowLeft', 'ArrowRight'];

/** Returns `false` for keys that a field or a dialog above the picture handles. */
export function isViewerKey(
  event: Pick<KeyboardEvent, 'key' | 'defaultPrevented'>,
  target: KeyTarget | null,
  isInPanel: boolean,
): boolean {
  if (event.defaultPrevented) return false; // handled by a field that may no longer exist
  if (target?.closest(LAYERS)) return false;
  if (target?.closest(FIELDS)) return isInPanel && event.key === 'Escape';
  return !isInPanel || PANEL_KEYS.includes(event.key);
}
