/** Focuses the bar of the tray, or the page if there is no tray. */
export function focusTray(): void {
  const bar = document.querySelector<HTMLElement>('[data-tray] [aria-expanded]');
  (bar ?? document.getElementById('main'))?.focus();
}
