/** What a screen reader is told: one polite live region in the page, `Announcer.svelte`. */
export const announcer = $state({ text: '' });

export function announce(text: string): void {
  announcer.text = text;
}
