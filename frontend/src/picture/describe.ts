import type { Metadata, Owner, Picture } from '../api/types';
import { t } from '../texts';

/** `ƒ/2.8 · 1/250 s · ISO 400 · 50 mm`, with what is known; empty if nothing is. */
export function exposureLine({ exposure, aperture, iso, focalLength }: Metadata): string {
  return [
    aperture && t.picture.aperture(number(aperture)),
    exposure && t.picture.seconds(exposure),
    iso && t.picture.iso(number(iso)),
    focalLength && quantity(focalLength, 'millimeter', 'short', 1),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Without marks between thousands: cameras write none. */
const number = (value: number) =>
  value.toLocaleString(t.locale, { maximumFractionDigits: 1, useGrouping: false });

/** `4000 × 3000 · 12 MP · 3.3 MB` */
export function sizeLine({
  width,
  height,
  bytes,
}: Pick<Picture, 'width' | 'height' | 'bytes'>): string {
  const parts = [];
  if (width && height) parts.push(t.picture.pixels(number(width), number(height)));
  if (width && height && width * height >= 1e6)
    parts.push(t.picture.megapixels(number(Math.round((width * height) / 1e6))));
  if (bytes) parts.push(bytesText(bytes));
  return parts.join(' · ');
}

/** Decimal units, as the limit of 50 MB is meant. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return quantity(bytes, 'byte', 'long');
  return bytes < 1e6
    ? quantity(bytes / 1000, 'kilobyte')
    : quantity(bytes / 1e6, 'megabyte', 'short', bytes < 1e7 ? 1 : 0);
}

const quantity = (
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

/** A person's name, or what is known instead. */
export function nameOf({ firstName, lastName, handle }: Omit<Owner, 'id'>): string {
  return [firstName, lastName].filter(Boolean).join(' ') || handle || t.picture.nameless;
}

/** What stands for a person where there is no room for a name. */
export function initialsOf({ firstName, lastName }: Pick<Owner, 'firstName' | 'lastName'>): string {
  return [firstName, lastName].map((name) => [...(name ?? '')][0] ?? '').join('');
}

/** What a picture is called where only text is possible. */
export function titleOf(picture: Pick<Picture, 'caption' | 'owner'>): string {
  return picture.caption || t.picture.untitled(nameOf(picture.owner));
}

/** Where a picture was taken, as text and as links. Six digits are about a decimetre. */
export function positionOf({ latitude, longitude, altitude }: NonNullable<Picture['gps']>): {
  text: string;
  map: string;
  geo: string;
} {
  const [lat, lon] = [latitude.toFixed(6), longitude.toFixed(6)];
  const height =
    altitude === null || altitude === undefined ? '' : `, ${quantity(altitude, 'meter')}`;
  return {
    text: `${lat}, ${lon}${height}`,
    map: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`,
    geo: `geo:${lat},${lon}`,
  };
}
