/**
 * The check of a name query before it is sent. It agrees with `NameQuery::parse` and `fold` of
 * `shared/domain/src/name/mod.rs`, except for the maximum length.
 */

/** Apostrophes and invisible characters, which the server removes. */
const IGNORED =
  /['\u2018\u2019\u02BB\u02BC\u00AD]|\u200C|\u200D|[\uFE00-\uFE0F]|[\u{E0100}-\u{E01EF}]/gu;
/** Letters that the server replaces by two: ae, oe, th. */
const DOUBLE = /[æœþ]/g;
const WORD = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
const LETTER_OR_DIGIT = /[\p{Alphabetic}\p{N}]/u;
/** A Chinese character or a kana, which can be a whole name. */
const HAN_OR_KANA =
  /^[\u3005-\u3007\u3041-\u30FF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\u{20000}-\u{3FFFF}]/u;

/** Combining class 7. */
const NUKTA = '\u093C';
/** Combining class 9. */
const VIRAMA = '\u094D';

/**
 * Returns `true` if one of the words has two letters, or begins with a Chinese character or a kana.
 */
export function isNameQuery(text: string): boolean {
  const words = fold(text).match(WORD) ?? [];
  return words.some(
    (word) => LETTER_OR_DIGIT.test(word) && (HAN_OR_KANA.test(word) || [...word].length >= 2),
  );
}

/** Decomposes a text, removes accents, and lets each letter count as on the server. */
function fold(text: string): string {
  const decomposed = text.normalize('NFKD').replace(IGNORED, '');
  const letters = decomposed.replace(/\p{M}/gu, (mark) => (isAccent(mark) ? '' : mark));
  // The upper case of `ß` has two letters.
  return letters.toUpperCase().toLowerCase().replace(DOUBLE, '$&$&');
}

/**
 * Returns `true` for a mark of a combining class other than 0 and 7 to 9. JavaScript does not
 * expose the class, but normalisation sorts marks by it, except for marks of class 0.
 */
const isAccent = (mark: string): boolean => isSwapped(mark, VIRAMA) || isSwapped(NUKTA, mark);

const isSwapped = (first: string, second: string): boolean =>
  first !== second && (first + second).normalize('NFD') === second + first;
