/** What a screen reader is told: one polite live region in the page, `Announcer.svelte`. */
export const announcer = $state({
  text: '',
  /** How often something was said: the same sentence may be worth saying again. */
  times: 0,
});

let said = 0;

export function announce(text: string): void {
  announcer.text = text;
  announcer.times = said += 1; // only written: whoever announces from an effect must not be called again by it
}

/** What everybody is told, above the page, until they go on: what they asked for is not there. */
export const pageError = $state({ text: '' });
