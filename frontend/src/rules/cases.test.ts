import { expect, it } from 'vitest';
import type { Picture } from '../api/types';
import { casesOf, MAX_EXAMPLES, verdictOf, withExamples } from './cases';
import { fieldsOf, RULE_FIELDS } from './fields';

const PICTURE = {
  id: 'fern',
  caption: '',
  place: 'Oslo, Norway',
  width: 4000,
  height: 3000,
  bytes: 123,
  contentType: 'image/jpeg',
  visibility: 'friends',
  takenAt: '2023-06-01T05:30:00+02:00',
  gps: { latitude: 59.9, longitude: 10.7 },
  metadata: { camera: 'NIKON D850', iso: 6400, exposure: '1/250', focalLength: 85 },
} as unknown as Picture;
const find = (id: string) => (id === 'fern' ? PICTURE : undefined);

it('a picture has the fields of the guide', () => {
  expect(fieldsOf(PICTURE)).toEqual({
    id: 'fern',
    caption: null,
    camera: 'NIKON D850',
    lens: null,
    iso: 6400,
    aperture: null,
    exposure: 0.004,
    focal_length: 85,
    width: 4000,
    height: 3000,
    taken: '2023-06-01T05:30:00+02:00',
    year: 2023,
    month: 6,
    day: 1,
    hour: 5,
    place: 'Oslo, Norway',
    latitude: 59.9,
    longitude: 10.7,
    content_type: 'image/jpeg',
    bytes: 123,
    visibility: 'friends',
  });
  expect(Object.keys(fieldsOf(PICTURE)).sort()).toEqual([...RULE_FIELDS].sort());
});

it.each([
  ['2.5', 2.5],
  ['1/0', null],
  ['0', null],
  ['fast', null],
  [undefined, null],
])('an exposure of %s is %o', (exposure, seconds) => {
  const picture = { ...PICTURE, takenAt: undefined, metadata: { exposure } } as unknown as Picture;
  expect(fieldsOf(picture)).toMatchObject({ exposure: seconds, taken: null, year: null });
});

it('examples with a known picture are cases, and get a verdict from the reply', () => {
  const examples = [
    { pictureId: 'gone', belongs: true },
    { pictureId: 'fern', belongs: false },
  ];
  const cases = casesOf(examples, find);
  expect(cases).toEqual([{ picture: fieldsOf(PICTURE), expect: false }]);
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
