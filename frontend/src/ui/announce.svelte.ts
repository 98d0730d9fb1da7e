/** What a screen reader is told: one polite live region in the page, `Announcer.svelte`. */
export const announcer = $state({ text: '' });

export function announce(text: string): void {
  announcer.text = text;
}

/** What everybody is told, above the page, until they go on: what they asked for is not there. */
export const problem = $state({ text: '' });
