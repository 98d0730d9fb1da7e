import type { Metadata, Owner, Picture } from '../api/types';
import { t } from '../texts';

/** Returns the known camera settings, such as `ƒ/2.8 · 1/250 s · ISO 400 · 50 mm`. */
export function exposureLine({ exposure, aperture, iso, focalLength }: Metadata): string {
  return [
    aperture && t.picture.aperture(formatNumber(aperture)),
    exposure && t.picture.seconds(exposure),
    iso && t.picture.iso(formatNumber(iso)),
    focalLength && formatUnit(focalLength, 'millimeter', 'short', 1),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Formats a number without thousands separators, as on cameras. */
const formatNumber = (value: number) =>
  value.toLocaleString(t.locale, { maximumFractionDigits: 1, useGrouping: false });

/** Returns the known sizes, such as `4000 × 3000 · 12 MP · 3.3 MB`. */
export function sizeLine({
  width,
  height,
  bytes,
}: Pick<Picture, 'width' | 'height' | 'bytes'>): string {
  const parts = [];
  if (width && height) parts.push(t.picture.pixels(formatNumber(width), formatNumber(height)));
  if (width && height && width * height >= 1e6)
    parts.push(t.picture.megapixels(formatNumber(Math.round((width * height) / 1e6))));
  if (bytes) parts.push(formatBytes(bytes));
  return parts.join(' · ');
}

/** Formats a number of bytes in decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return formatUnit(bytes, 'byte', 'long');
  if (bytes < 1e6) return formatUnit(bytes / 1000, 'kilobyte');
  return formatUnit(bytes / 1e6, 'megabyte', 'short', bytes < 1e7 ? 1 : 0);
}

const formatUnit = (
  value: number,
  unit: string,
  unitDisplay: 'short' | 'long' = 'short',
  digits = 0,
) =>
  new Intl.NumberFormat(t.locale, {
    style: 'unit',
    unit,
    unitDisplay,
    maximumFractionDigits: digits,
  }).format(value);

/** Returns a person's name, or the handle if there is no name. */
export function nameOf({ firstName, lastName, handle }: Omit<Owner, 'id'>): string {
  return [firstName, lastName].filter(Boolean).join(' ') || handle || t.picture.nameless;
}

/** Returns `@handle`, or an empty text if the person has no profile. */
export function handleOf({ handle }: Pick<Owner, 'handle'>): string {
  return handle ? `@${handle}` : '';
}

/**
 * Returns a person's name and handle as plain text, such as `Ada Lovelace (@ada)`. Isolates names
 * that are written from right to left, so that they do not reorder the text around them.
 */
export function nameAndHandleOf(person: Omit<Owner, 'id'>): string {
  const { firstName, handle } = person;
  const name = nameOf(person);
  const isolated = RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
  return firstName && handle ? `${isolated} (${handleOf(person)})` : isolated;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Returns the first letters of a person's names. */
export function initialsOf({ firstName, lastName }: Pick<Owner, 'firstName' | 'lastName'>): string {
  return [firstName, lastName].map((name) => [...(name ?? '')][0] ?? '').join('');
}

/** Returns a picture's caption, or its owner's name if there is no caption. */
export function titleOf(picture: Pick<Picture, 'caption' | 'owner'>): string {
  return picture.caption || t.picture.untitled(nameOf(picture.owner));
}

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** Returns the local time of a `takenAt` without its offset and without a fraction. */
export const localTimeOf = (takenAt: Picture['takenAt']): string =>
  LOCAL_TIME.exec(takenAt ?? '')?.[0] ?? '';

/**
 * Replaces the local time of a `takenAt` by that of a date field, and keeps its offset. A time in
 * UTC loses its `Z`, because the new one is the time of the place. Returns null for an empty field.
 */
export function withLocalTime(takenAt: Picture['takenAt'], time: string): string | null {
  const offset = /[+-]\d\d:\d\d$/.exec(takenAt?.slice(localTimeOf(takenAt).length) ?? '');
  // A date field omits seconds of zero.
  const seconds = /T\d\d:\d\d$/.test(time) ? ':00' : '';
  return time ? `${time}${seconds}${offset?.[0] ?? ''}` : null;
}

/** Returns a GPS position as text and as links. Six decimal places are about 10 cm. */
export function positionOf({ latitude, longitude, altitude }: NonNullable<Picture['gps']>): {
  text: string;
  map: string;
  geo: string;
} {
  const [lat, lon] = [latitude.toFixed(6), longitude.toFixed(6)];
  const height = typeof altitude === 'number' ? `, ${formatUnit(altitude, 'meter')}` : '';
  return {
    text: `${lat}, ${lon}${height}`,
    map: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`,
    geo: `geo:${lat},${lon}`,
  };
}
