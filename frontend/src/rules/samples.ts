/** Ready-made rules. */
import type { Conditions } from './builder/conditions';
import { writeConditions } from './builder/write';
import type { ruleTexts } from '../texts/rules';

export type SampleName = keyof typeof ruleTexts.samples.names;

const allOf = (...rows: Conditions['rows']) => writeConditions({ join: 'all', rows });

export const SAMPLES: readonly { name: SampleName; code: string }[] = [
  {
    name: 'highIso',
    code: allOf(
      { field: 'camera', operator: 'contains', value: 'Nikon' },
      { field: 'iso', operator: 'moreThan', value: '3200' },
    ),
  },
  { name: 'place', code: allOf({ field: 'place', operator: 'contains', value: 'Norway' }) },
  { name: 'year', code: allOf({ field: 'year', operator: 'is', value: '2024' }) },
  { name: 'portrait', code: allOf({ field: 'orientation', operator: 'is', value: 'portrait' }) },
  { name: 'noPosition', code: allOf({ field: 'position', operator: 'unknown', value: '' }) },
  { name: 'longExposure', code: allOf({ field: 'exposure', operator: 'atLeast', value: '1' }) },
  {
    name: 'wideOpen',
    code: allOf(
      { field: 'aperture', operator: 'atMost', value: '2.8' },
      { field: 'focalLength', operator: 'atLeast', value: '85' },
    ),
  },
  {
    name: 'summer',
    code: `def rule(picture):
    if picture.month is None or picture.hour is None:
        return False
    return picture.month in (6, 7, 8) and picture.hour >= 18
`,
  },
  {
    name: 'several',
    code: `CAMERAS = ["NIKON D850", "NIKON Z 9"]

def rule(picture):
    return picture.camera in CAMERAS
`,
  },
];
