/** How dates and numbers are written: as the reader does where they read this language, otherwise as is usual in it. */
export function localeFor(
  language: string,
  wanted: readonly string[] = globalThis.navigator?.languages ?? [],
): string {
  return wanted.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}
