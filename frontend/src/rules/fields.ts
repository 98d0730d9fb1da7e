/** The fields of `picture` in a rule. */
import type { RuleFields } from '../api/rule-types';
import type { Picture } from '../api/types';
import { localTimeOf } from '../picture/describe';
import { ruleTexts } from '../texts/rules';

/** The names of the fields, in the order of the guide. */
export const RULE_FIELDS = Object.keys(ruleTexts.fields) as (keyof RuleFields)[];

/** Converts one of the member's own pictures to the values that a rule reads. */
export function fieldsOf(picture: Picture): RuleFields {
  const { id, caption, width, height, takenAt, place, gps, bytes, visibility } = picture;
  const { camera, lens, iso, aperture, exposure, focalLength } = picture.metadata;
  const taken = localTimeOf(takenAt);
  const part = (start: number, end: number) => (taken ? Number(taken.slice(start, end)) : null);
  return {
    id,
    caption: caption || null,
    camera: camera ?? null,
    lens: lens ?? null,
    iso: iso ?? null,
    aperture: aperture ?? null,
    exposure: secondsOf(exposure ?? ''),
    focal_length: focalLength ?? null,
    width,
    height,
    taken: takenAt ?? null,
    year: part(0, 4),
    month: part(5, 7),
    day: part(8, 10),
    hour: part(11, 13),
    place: place ?? null,
    latitude: gps?.latitude ?? null,
    longitude: gps?.longitude ?? null,
    content_type: picture.contentType,
    bytes,
    visibility,
  };
}

/** Converts an exposure time such as `1/250` or `2.5` to seconds. */
function secondsOf(exposure: string): number | null {
  const [numerator = '', denominator = '1'] = exposure.split('/');
  const seconds = numerator ? Number(numerator) / Number(denominator) : 0;
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null;
}
