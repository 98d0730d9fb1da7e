import { expect, it } from 'vitest';
import { readDimensions } from './dimensions';

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((char) => char.charCodeAt(0)) : part,
    ),
  );
const size = { width: 4000, height: 3000 };
/** 4000 and 3000 in two and four bytes, big-endian. */
const [W, H, W4, H4] = [
  [0x0f, 0xa0],
  [0x0b, 0xb8],
  [0, 0, 0x0f, 0xa0],
  [0, 0, 0x0b, 0xb8],
];
const little = (...pairs: number[][]) => pairs.flatMap((pair) => [...pair].reverse());

const app1 = [0xff, 0xe1, 0, 6, 1, 2, 3, 4];
const ispe = (width: number[], height: number[]) =>
  bytes([0, 0, 0, 20], 'ispe', [0, 0, 0, 0], width, height);

it.each([
  [
    'image/jpeg',
    bytes([0xff, 0xd8], app1, [0xff, 0xc4, 0, 3, 9], [0xff, 0xff, 0xc2, 0, 17, 8], H, W),
  ],
  ['image/png', bytes([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 13], 'IHDR', W4, H4)],
  ['image/gif', bytes('GIF89a', little(W, H))],
  [
    'image/webp',
    bytes(
      'RIFF',
      [0, 0, 0, 0],
      'WEBPVP8X',
      [10, 0, 0, 0, 0, 0, 0, 0],
      [0x9f, 0x0f, 0],
      [0xb7, 0x0b, 0],
    ),
  ],
  [
    'image/webp',
    bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', [9, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a], little(W, H)),
  ],
  [
    'image/webp',
    bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [9, 0, 0, 0, 0x2f], [0x9f, 0xcf, 0xed, 0x02]),
  ],
  [
    'image/heic',
    bytes(
      'meta',
      [...ispe([0, 0, 2, 0], [0, 0, 2, 0])],
      [...ispe(W4, H4)],
      [...ispe([0, 0, 1, 0], [0, 0, 1, 0])],
    ),
  ],
  ['image/avif', ispe(W4, H4)],
])('reads the dimensions of %s', (type, head) => {
  expect(readDimensions(type, head)).toEqual(size);
});

it('returns null for a header that is further back, and for another file type', () => {
  expect(
    readDimensions('image/jpeg', bytes([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0, 0])),
  ).toBeNull();
  expect(readDimensions('image/jpeg', bytes([0xff, 0xd8, 1, 2, 3, 4]))).toBeNull();
  expect(readDimensions('image/png', bytes([0x89], 'PNG'))).toBeNull();
  expect(readDimensions('image/heic', bytes('nothing here'))).toBeNull();
  expect(readDimensions('text/plain', bytes('nothing here'))).toBeNull();
});
