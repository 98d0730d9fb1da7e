import { render as renderComponent } from 'svelte/server';
import type { Specification } from './openapi';
import Page from './Page.svelte';

/** Returns the HTML of the page's body. `download` is the address of the specification. */
export function render(specification: Specification, download: string): string {
  const { body } = renderComponent(Page, { props: { specification, download } });
  // Svelte's comments are marks for a script, which this page does not have.
  return body.replace(/<!--.*?-->/gs, '');
}
