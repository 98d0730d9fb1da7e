import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { removePosition, withoutPosition } from './position';

/** A JPEG of Pillow with camera, time and GPS position in Exif, and a position in XMP. */
const JPEG = new Uint8Array(readFileSync(new URL('test-files/position.jpg', import.meta.url)));
const GPS_POINTER = 0x8825;

const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/** Returns the offset of the TIFF block of the first or last Exif segment. */
const tiffOf = (bytes: Uint8Array) => textOf(bytes).lastIndexOf('Exif\0\0') + 6;

/** Returns the fields of the first directory as tags. */
const readTags = (bytes: Uint8Array) => readTagsOf(bytes, tiffOf(bytes));

/** Returns the fields of the first directory of the TIFF block at an offset as tags. */
function readTagsOf(bytes: Uint8Array, tiff: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset + tiff);
  const isLittleEndian = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, isLittleEndian);
  const count = view.getUint16(directory, isLittleEndian);
  return Array.from({ length: count }, (_, index) =>
    view.getUint16(directory + 2 + index * 12, isLittleEndian),
  );
}

describe('a JPEG with a position', () => {
  it('loses it, and keeps its length, its picture and all other facts', async () => {
    const cleaned = new Uint8Array(
      await (await withoutPosition(new Blob([JPEG], { type: 'image/jpeg' }))).arrayBuffer(),
    );
    expect(cleaned.length).toBe(JPEG.length);
    expect(readTags(JPEG)).toContain(GPS_POINTER);
    expect(readTags(cleaned)).toEqual(readTags(JPEG).filter((tag) => tag !== GPS_POINTER));
    const text = textOf(cleaned);
    for (const fact of ['Albumen', 'Test Camera', '2024:05:02 14:30:00', 'After the pointer'])
      expect(text).toContain(fact);
    expect(text).not.toContain('GPS');
    const scan = textOf(JPEG).lastIndexOf('\xff\xda');
    expect(cleaned.subarray(scan)).toEqual(JPEG.subarray(scan));
  });

  it('keeps no number of the position', () => {
    const bytes = JPEG.slice();
    // Latitude and longitude as three fractions each, such as 50/1 40/1 12/1.
    const numbers = [50, 1, 40, 1, 12, 1];
    const fractions = textOf(new Uint8Array(numbers.flatMap((number) => [0, 0, 0, number])));
    const little = textOf(new Uint8Array(numbers.flatMap((number) => [number, 0, 0, 0])));
    const hasNumbers = () => [fractions, little].some((part) => textOf(bytes).includes(part));
    expect(hasNumbers()).toBe(true);
    expect(removePosition(bytes)).toBe(true);
    expect(hasNumbers()).toBe(false);
  });

  it('is cleaned once', () => {
    const bytes = JPEG.slice();
    removePosition(bytes);
    expect(removePosition(bytes)).toBe(false);
  });

  it('loses it in a second picture behind the first, too', () => {
    const both = new Uint8Array([...JPEG, ...JPEG]);
    removePosition(both);
    expect(textOf(both)).not.toContain('GPS');
    expect(readTags(both)).not.toContain(GPS_POINTER);
  });
});

describe('a HEIC, AVIF or WebP with a position', () => {
  const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  const jpeg = textOf(JPEG);
  /** The TIFF block and the XMP packet of the JPEG. */
  const tiff = jpeg.slice(tiffOf(JPEG), tiffOf(JPEG) + 1_000);
  const packet = jpeg.slice(
    jpeg.indexOf('<x:xmpmeta'),
    jpeg.indexOf('</x:xmpmeta>') + '</x:xmpmeta>'.length,
  );
  const pixels = 'II*\0 pixels MM\0 <x: pixels';

  it.each([
    ['HEIC', `\0\0\0\x18ftypheic${pixels}\0\0\0\x06Exif\0\0${tiff}${packet}${pixels}`],
    ['AVIF', `\0\0\0\x18ftypavif${pixels}\0\0\0\0${tiff}${packet}${pixels}`],
    ['WebP', `RIFF\xff\0\0\0WEBPVP8X${pixels}EXIF\xe8\x03\0\0${tiff}XMP ${packet}${pixels}`],
  ])('%s loses it, and keeps its length and all other data', async (_, text) => {
    const cleaned = textOf(
      new Uint8Array(await (await withoutPosition(new Blob([bytesOf(text)]))).arrayBuffer()),
    );
    expect(cleaned.length).toBe(text.length);
    expect(cleaned).not.toContain('GPS');
    expect(cleaned.slice(0, text.indexOf(tiff))).toBe(text.slice(0, text.indexOf(tiff)));
    expect(cleaned.endsWith(pixels)).toBe(true);
    expect(cleaned).toContain('Test Camera');
    expect(readTagsOf(bytesOf(cleaned), text.indexOf(tiff))).not.toContain(GPS_POINTER);
    expect(readTagsOf(bytesOf(text), text.indexOf(tiff))).toContain(GPS_POINTER);
  });
});

describe('other files are sent as they are', () => {
  it.each([
    ['a file that is no JPEG', new Uint8Array([0x89, 0x50, ...JPEG])],
    ['a PNG with a TIFF block', new Uint8Array([0x89, 0x50, 0x4e, 0x47, ...JPEG])],
    ['a JPEG without metadata', new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 4, 1, 1, 0xff, 0xd9])],
    ['an empty file', new Uint8Array()],
  ])('%s', async (_, bytes) => {
    const file = new Blob([bytes]);
    expect(await withoutPosition(file)).toBe(file);
  });
});

it('a damaged file neither fails nor grows, wherever the damage is', () => {
  let seed = 7;
  const random = (max: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % max;
  };
  const start = tiffOf(JPEG);
  for (let i = 0; i < 2_000; i += 1) {
    const bytes = JPEG.slice(0, i % 3 === 0 ? random(JPEG.length) : undefined);
    for (let n = random(4); n >= 0; n -= 1) bytes[start + random(200)] = random(256);
    const scan = JPEG.length - 40;
    removePosition(bytes);
    if (bytes.length === JPEG.length) expect(bytes.subarray(scan)).toEqual(JPEG.subarray(scan));
  }
});
