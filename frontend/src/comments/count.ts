import { LONGEST } from '../api/limits';

/** From here on it is said how many are left. */
const NEAR = 100;

/** What will be sent. */
export const cleaned = (text: string): string => text.trim();

/** How many characters are left, where that matters; negative: too many. */
export function charactersLeft(text: string): number | null {
  const left = LONGEST.comment - [...cleaned(text)].length;
  return left <= NEAR ? left : null;
}
