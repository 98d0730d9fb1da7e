import { tick } from 'svelte';

/** After the next update, focuses an element if the one that had the focus was removed. */
export async function focusIfLost(fallback: () => HTMLElement | null | undefined): Promise<void> {
  await tick();
  if (document.activeElement === document.body) fallback()?.focus();
}
