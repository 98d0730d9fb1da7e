/** What is asked here of where a key was pressed. */
interface Place {
  closest: (selectors: string) => unknown;
}

/** Where keys have a meaning of their own: what is asked over the picture, and what is written. */
const OVER = 'dialog, [popover]';
const FIELDS = 'input, textarea, select';
const VIEWERS = ['Escape', 'ArrowLeft', 'ArrowRight'];

/** Whether a key is meant for the viewer: what is written anywhere is not, nor what a question over it is answered with. */
export function isMeantFor(
  event: Pick<KeyboardEvent, 'key' | 'defaultPrevented'>,
  target: Place | null,
  inPanel: boolean,
): boolean {
  if (event.defaultPrevented) return false; // a field has taken it, and may be gone by now
  if (target?.closest(OVER)) return false;
  // Escape closes the picture from anywhere in it.
  if (target?.closest(FIELDS)) return inPanel && event.key === 'Escape';
  return !inPanel || VIEWERS.includes(event.key);
}
