import { expect, it } from 'vitest';
import { albumTexts } from '../texts/albums';
import { sharingWarningOf } from './sharing-warning';

it.each([
  'picture.place is not None and "norway" in picture.place.lower()',
  'picture.latitude is not None',
  'def rule(p):\n    return p.longitude is not None and p.longitude > 5\n',
  '(picture\n  . place) is None',
  '(picture.  # where\n  place) is None',
  'picture.\\\nplace is None',
])('warns of a rule that reads where pictures were taken: %j', (rule) => {
  expect(sharingWarningOf({ rule })).toBe(albumTexts.smart.sharing);
});

it.each([
  'picture.iso == 100',
  'picture.caption is not None and picture.caption.replace("a", "b") == "place"',
  'def rule(picture):\n    place = picture.camera\n    return place is None\n',
])('does not warn of other rules: %j', (rule) => {
  expect(sharingWarningOf({ rule })).toBeNull();
});

it('does not warn of an album without a rule', () => {
  expect(sharingWarningOf({})).toBeNull();
});
