import { expect, it } from 'vitest';
import type { Picture } from '../api/types';
import { casesOf, MAX_EXAMPLES, verdictOf, withExamples } from './cases';

const find = (id: string) => (id === 'fern' ? ({ id } as Picture) : undefined);

it('examples with a known picture are cases, and get a verdict from the reply', () => {
  const examples = [
    { pictureId: 'gone', belongs: true },
    { pictureId: 'fern', belongs: false },
  ];
  const cases = casesOf(examples, find);
  expect(cases).toEqual([{ picture: 'fern', expect: false }]);
  const input = { code: 'True', cases };
  const verdicts = (...reply: boolean[]) =>
    examples.map((example) => verdictOf(example, input, { results: [], cases: reply }));
  expect(verdicts(false)).toEqual(['open', 'incorrect']);
  expect(verdicts(true)).toEqual(['open', 'correct']);
  expect(verdicts()).toEqual(['open', 'open']);
  const changed = { pictureId: 'fern', belongs: true };
  expect(verdictOf(changed, input, { results: [], cases: [true] })).toBe('open');
  expect(verdictOf(changed, null, null)).toBe('open');
});

it('chosen pictures are added or changed, up to the maximum', () => {
  const first = withExamples([], ['a', 'b'], true);
  expect(withExamples(first, ['b', 'c'], false)).toEqual([
    { pictureId: 'a', belongs: true },
    { pictureId: 'b', belongs: false },
    { pictureId: 'c', belongs: false },
  ]);
  const many = Array.from({ length: MAX_EXAMPLES + 5 }, (_, i) => `${i}`);
  expect(withExamples(first, many, true)).toHaveLength(MAX_EXAMPLES);
});
