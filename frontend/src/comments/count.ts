/** The API's limit, in Unicode characters as it counts them. */
export const MOST = 1_000;
/** From here on it is said how many are left. */
const NEAR = 100;

/** What will be sent. */
export const cleaned = (text: string): string => text.trim();

/** How many characters are left, where that matters; negative: too many. */
export function leftOf(text: string): number | null {
  const left = MOST - [...cleaned(text)].length;
  return left <= NEAR ? left : null;
}
