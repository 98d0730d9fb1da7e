/** The examples that must hold, as cases of an evaluation. */
import type { Evaluation, Picture, RuleCase } from '../api/types';
import type { Example } from './drafts';
import type { PreviewInput } from './preview.svelte';

/** The maximum number of examples of a rule, as the API accepts them. */
export const MAX_EXAMPLES = 20;

export type Verdict = 'correct' | 'incorrect' | 'open';

/** Returns a case for each example with a known picture. The API refuses one that is gone. */
export function casesOf(
  examples: readonly Example[],
  find: (id: string) => Picture | null | undefined,
): RuleCase[] {
  return examples.flatMap(({ pictureId, belongs }) => {
    return find(pictureId) ? [{ picture: pictureId, expect: belongs }] : [];
  });
}

/** Returns whether the evaluated rule gives what an example expects. */
export function verdictOf(
  { pictureId, belongs }: Example,
  input: PreviewInput | null,
  evaluation: Evaluation | null,
): Verdict {
  const index = input?.cases.findIndex(
    ({ picture, expect }) => picture === pictureId && expect === belongs,
  );
  const isCorrect = index === undefined || index < 0 ? undefined : evaluation?.cases[index];
  if (isCorrect === undefined) return 'open';
  return isCorrect ? 'correct' : 'incorrect';
}

/** Adds pictures to the examples, up to the maximum, or changes what is expected of them. */
export function withExamples(
  examples: readonly Example[],
  pictureIds: readonly string[],
  belongs: boolean,
): Example[] {
  const chosen = new Set(pictureIds);
  const kept = examples.map((example) =>
    chosen.has(example.pictureId) ? { ...example, belongs } : example,
  );
  const known = new Set(examples.map(({ pictureId }) => pictureId));
  const added = pictureIds.filter((id) => !known.has(id));
  return [...kept, ...added.map((pictureId) => ({ pictureId, belongs }))].slice(0, MAX_EXAMPLES);
}
