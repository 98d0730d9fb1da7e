/**
 * Types of rules and smart albums, written by hand because docs/openapi.json lacks the routes.
 * Replace them with the generated types of `schema.ts` as soon as it has them.
 */
import type { ContentType, Visibility } from './schema';

/** The fields of `picture` in a rule. */
export interface RuleFields {
  id: string;
  caption: string | null;
  camera: string | null;
  lens: string | null;
  iso: number | null;
  aperture: number | null;
  /** In seconds. */
  exposure: number | null;
  /** In millimetres. */
  focal_length: number | null;
  width: number | null;
  height: number | null;
  /** The time of the place, in the format of `takenAt`. */
  taken: string | null;
  year: number | null;
  month: number | null;
  day: number | null;
  hour: number | null;
  place: string | null;
  latitude: number | null;
  longitude: number | null;
  content_type: ContentType;
  bytes: number;
  visibility: Visibility;
}

/** A picture for which the rule must give `expect`. */
export interface RuleCase {
  picture: RuleFields;
  expect: boolean;
}

/** The body of `POST /rules/evaluate`. */
export interface RuleToEvaluate {
  code: string;
  /** The number of the caller's newest pictures to evaluate. */
  limit?: number;
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
  results: readonly { pictureId: string; matches: boolean }[];
  /** True for each case in which the rule gives what the case expects. */
  cases: readonly boolean[];
  error?: RuleError | null;
}

/** The body of `POST /albums` for a smart album. */
export interface NewSmartAlbum {
  title: string;
  rule: string;
}
