/**
 * Returns the reader's variant of a language for dates and numbers, such as `en-GB` for `en`.
 * Returns the language itself if the reader's browser lists no variant of it.
 */
export function localeFor(
  language: string,
  preferred: readonly string[] = globalThis.navigator?.languages ?? [],
): string {
  return preferred.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}
