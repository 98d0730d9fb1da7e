/**
 * Types of rules and smart albums, written by hand because docs/openapi.json lacks the routes.
 * Replace them with the generated types of `schema.ts` as soon as it has them.
 */

/** A picture for which the rule should have the result `expect`. */
export interface RuleCase {
  /** The id of one of the caller's own pictures. */
  picture: string;
  expect: boolean;
}

/** The body of `POST /rules/evaluate`. */
export interface RuleToEvaluate {
  code: string;
  /** The number of the caller's newest pictures to evaluate. */
  limit?: number;
  /** At most 20. */
  cases?: readonly RuleCase[];
}

export interface RuleError {
  /** From 1. */
  line: number;
  /** In characters, from 1. */
  column: number;
  message: string;
}

/** The `data` of the reply to `POST /rules/evaluate`. */
export interface Evaluation {
  /** Without the pictures for which the rule has no result. */
  results: readonly { pictureId: string; matches: boolean }[];
  /** Whether the rule has the expected result, for each case. Empty if the code has an error. */
  cases: readonly boolean[];
  /** The error in the code, or that of the first picture for which the rule has no result. */
  error?: RuleError | null;
}

/** The body of `POST /albums` for a smart album. */
export interface NewSmartAlbum {
  title: string;
  rule: string;
}
