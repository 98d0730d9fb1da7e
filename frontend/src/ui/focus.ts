import { tick } from 'svelte';

/** Where what had the focus has gone with what was done, `heir` gets it, as it is by then. */
export async function focusIfLost(heir: () => HTMLElement | null | undefined): Promise<void> {
  await tick();
  if (document.activeElement === document.body) heir()?.focus();
}
