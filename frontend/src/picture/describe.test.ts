import { expect, it } from 'vitest';
import { t } from '../texts';
import {
  exposureLine,
  formatBytes,
  handleOf,
  initialsOf,
  localTimeOf,
  nameAndHandleOf,
  nameOf,
  positionOf,
  sizeLine,
  titleOf,
  withLocalTime,
} from './describe';

it('the exposure line contains the known camera settings', () => {
  expect(exposureLine({ exposure: '1/250', aperture: 2.8, iso: 400, focalLength: 50 })).toBe(
    'ƒ/2.8 · 1/250 s · ISO 400 · 50 mm',
  );
  expect(exposureLine({ aperture: 8, focalLength: 4.6799998 })).toBe('ƒ/8 · 4.7 mm');
  expect(exposureLine({})).toBe('');
});

it('the size line contains pixels, megapixels and bytes', () => {
  expect(sizeLine({ width: 4608, height: 3456, bytes: 3_265_993 })).toBe(
    '4608 × 3456 · 16 MP · 3.3 MB',
  );
  expect(sizeLine({ width: 64, height: 48, bytes: 900 })).toBe('64 × 48 · 900 bytes');
  expect(sizeLine({ width: null, height: null, bytes: 52_000 })).toBe('52 kB');
  expect(formatBytes(50_000_000)).toBe('50 MB');
});

it('people and pictures without a name get the best known one', () => {
  expect(nameOf({ firstName: 'Julia', lastName: 'Cameron', handle: 'julia' })).toBe(
    'Julia Cameron',
  );
  expect(nameOf({ firstName: null, lastName: null, handle: 'julia' })).toBe('julia');
  expect(nameOf({ firstName: 'Pelé', lastName: '', handle: 'pele' })).toBe('Pelé');
  expect(initialsOf({ firstName: 'Pelé', lastName: '' })).toBe('P');
  const owner = { id: 'x', handle: null, firstName: null, lastName: null };
  expect(titleOf({ caption: 'Anemones', owner })).toBe('Anemones');
  expect(titleOf({ caption: null, owner: { ...owner, handle: 'julia' } })).toBe('Picture by julia');
});

it('the handle distinguishes people with the same name', () => {
  const ada = { firstName: 'Ada', lastName: 'Lovelace' };
  expect(nameAndHandleOf({ ...ada, handle: 'ada' })).toBe('Ada Lovelace (@ada)');
  expect(nameAndHandleOf({ firstName: 'Pelé', lastName: '', handle: 'pele' })).toBe('Pelé (@pele)');
  expect(nameAndHandleOf({ firstName: 'علی', lastName: '', handle: '1ali' })).toBe(
    '\u2068علی\u2069 (@1ali)',
  );
  expect(nameAndHandleOf({ firstName: null, lastName: null, handle: 'julia' })).toBe('julia');
  expect(nameAndHandleOf({ firstName: null, lastName: null, handle: null })).toBe(
    t.picture.nameless,
  );
  expect(handleOf({ handle: null })).toBe('');
});

it('a position has a text and links with six decimal places', () => {
  expect(positionOf({ latitude: 50.6789012, longitude: -1.5, altitude: 12.4 })).toMatchObject({
    text: '50.678901, -1.500000, 12 m',
    geo: 'geo:50.678901,-1.500000',
  });
  expect(positionOf({ latitude: 0, longitude: 0 }).text).toBe('0.000000, 0.000000');
});

it('a changed time keeps the offset of the place', () => {
  for (const [takenAt, local, changed] of [
    ['2024-01-01T00:05:00+09:00', '2024-01-01T00:05:00', '2024-05-02T12:00:00+09:00'],
    ['2024-01-01T00:05:00.25-03:30', '2024-01-01T00:05:00', '2024-05-02T12:00:00-03:30'],
    ['2024-01-01T00:05:00', '2024-01-01T00:05:00', '2024-05-02T12:00:00'],
    ['2023-12-31T15:05:00Z', '2023-12-31T15:05:00', '2024-05-02T12:00:00'],
    [undefined, '', '2024-05-02T12:00:00'],
  ] as const) {
    expect(localTimeOf(takenAt)).toBe(local);
    expect(withLocalTime(takenAt, '2024-05-02T12:00:00')).toBe(changed);
    expect(withLocalTime(takenAt, '2024-05-02T12:00')).toBe(changed);
    expect(withLocalTime(takenAt, '')).toBeNull();
  }
});
