/** The text of the live region (`Announcer.svelte`). */
export const announcer = $state({
  text: '',
  /** The number of announcements. It changes even if the text is the same. */
  count: 0,
});

let count = 0;

/** Makes screen readers read out a text when they are idle. */
export function announce(text: string): void {
  count += 1;
  announcer.text = text;
  // Reading `announcer.count` here would make effects that announce run again.
  announcer.count = count;
}

/** An error shown above the page until the person goes to another page. */
export const pageError = $state({ text: '' });
