/** Puts the focus where uploads are; onto the page where there are none any more. */
export function focusUploads(): void {
  (
    document.querySelector<HTMLElement>('[data-tray] [aria-expanded]') ??
    document.getElementById('main')
  )?.focus();
}
