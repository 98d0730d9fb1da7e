import type { Page } from '@playwright/test';

/** The EXIF fields of `photograph`. */
export const EXIF = { camera: 'Albumen', model: 'Test Camera 1', taken: '2024:05:02 14:30:00' };

/** A GPS position in degrees, minutes and seconds, and as the app shows it. */
export const FRESHWATER = { north: [50, 40, 12], west: [1, 30, 36], shown: '50.670000, -1.510000' };

/** Draws a random JPEG in the page and adds EXIF fields, with a position if `at` is given. */
export async function photograph(
  page: Page,
  width: number,
  height: number,
  hue: number,
  at?: typeof FRESHWATER,
): Promise<Buffer> {
  const drawn = await page.evaluate(
    async ([width, height, hue]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d')!;
      const sky = context.createLinearGradient(0, 0, 0, height);
      sky.addColorStop(0, `hsl(${hue} 60% 75%)`);
      sky.addColorStop(1, `hsl(${hue + 40} 50% 35%)`);
      context.fillStyle = sky;
      context.fillRect(0, 0, width, height);
      context.fillStyle = `hsl(${hue + 180} 40% 25%)`;
      for (let i = 0; i < 60; i += 1)
        context.fillRect(
          Math.random() * width,
          height * (0.6 + Math.random() * 0.4),
          width / 40,
          height,
        );
      const bytes = new Uint8Array(
        await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer(),
      );
      return Array.from(bytes);
    },
    [width, height, hue] as const,
  );
  const jpeg = Buffer.from(drawn);
  return Buffer.concat([jpeg.subarray(0, 2), exifSegment(at), jpeg.subarray(2)]);
}

const [ASCII, SHORT, LONG, RATIONAL] = [2, 3, 4, 5];
/** The bytes of one value, by type. */
const SIZES: Record<number, number> = { [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8 };

interface Entry {
  tag: number;
  type: number;
  /** For RATIONAL, numerators and denominators alternate. */
  value: string | number[];
}

/**
 * Returns an APP1 segment with a big-endian TIFF block. IFD0 contains the camera, the Exif IFD the
 * exposure, and the GPS IFD the position.
 */
function exifSegment(at?: typeof FRESHWATER): Buffer {
  const toExposure: Entry = { tag: 0x8769, type: LONG, value: [0] };
  const toPosition: Entry = { tag: 0x8825, type: LONG, value: [0] };
  const main: Entry[] = [
    { tag: 0x010f, type: ASCII, value: EXIF.camera },
    { tag: 0x0110, type: ASCII, value: EXIF.model },
    toExposure,
    ...(at ? [toPosition] : []),
  ];
  const exposure: Entry[] = [
    { tag: 0x829a, type: RATIONAL, value: [1, 250] },
    { tag: 0x829d, type: RATIONAL, value: [28, 10] },
    { tag: 0x8827, type: SHORT, value: [400] },
    { tag: 0x9003, type: ASCII, value: EXIF.taken },
    { tag: 0x920a, type: RATIONAL, value: [50, 1] },
  ];
  const HEADER = 8;
  const exposureOffset = HEADER + directory(main, HEADER).length;
  const positionOffset = exposureOffset + directory(exposure, exposureOffset).length;
  toExposure.value = [exposureOffset];
  toPosition.value = [positionOffset];
  const position = at ? directory(positionOf(at), positionOffset) : Buffer.alloc(0);
  const tiff = Buffer.concat([
    Buffer.from('MM\0\x2a\0\0\0\x08', 'latin1'),
    directory(main, HEADER),
    directory(exposure, exposureOffset),
    position,
  ]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

function positionOf({ north, west }: typeof FRESHWATER): Entry[] {
  const rationals = (numbers: number[]) => numbers.flatMap((number) => [number, 1]);
  return [
    { tag: 1, type: ASCII, value: 'N' },
    { tag: 2, type: RATIONAL, value: rationals(north) },
    { tag: 3, type: ASCII, value: 'W' },
    { tag: 4, type: RATIONAL, value: rationals(west) },
  ];
}

/** Returns an image file directory at an offset of the TIFF block. Longer values follow it. */
function directory(entries: Entry[], start: number): Buffer {
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  table.writeUInt16BE(entries.length, 0);
  const after: Buffer[] = [];
  let nextOffset = start + table.length;
  entries.forEach(({ tag, type, value }, index) => {
    const offset = 2 + index * 12;
    const bytes = encode(type, value);
    table.writeUInt16BE(tag, offset);
    table.writeUInt16BE(type, offset + 2);
    table.writeUInt32BE(bytes.length / SIZES[type]!, offset + 4);
    if (bytes.length <= 4) {
      bytes.copy(table, offset + 8);
      return;
    }
    table.writeUInt32BE(nextOffset, offset + 8);
    after.push(bytes);
    nextOffset += bytes.length;
  });
  return Buffer.concat([table, ...after]);
}

function encode(type: number, value: string | number[]): Buffer {
  if (typeof value === 'string') return Buffer.from(`${value}\0`, 'latin1');
  const size = type === SHORT ? 2 : 4;
  const bytes = Buffer.alloc(value.length * size);
  value.forEach((number, index) =>
    size === 2 ? bytes.writeUInt16BE(number, index * 2) : bytes.writeUInt32BE(number, index * 4),
  );
  return bytes;
}
