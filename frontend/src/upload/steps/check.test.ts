import { expect, it } from 'vitest';
import { t } from '../../texts';
import { checkFile, MAX_BYTES } from './check';

const file = (...parts: (string | number[])[]) =>
  new Blob([
    ...parts.map((part) => (typeof part === 'string' ? part : new Uint8Array(part))),
    new Uint8Array(32),
  ]);

it.each([
  ['image/jpeg', file([0xff, 0xd8, 0xff, 0xe1])],
  ['image/png', file([0x89], 'PNG\r\n', [0x1a, 0x0a])],
  ['image/gif', file('GIF89a')],
  ['image/webp', file('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
])('recognises %s by its first bytes', async (contentType, blob) => {
  expect(await checkFile(blob)).toEqual({ ok: true, contentType });
});

/** Returns the first box of an AVIF, HEIC or video file. */
const ftyp = (major: string, ...compatible: string[]) =>
  file([0, 0, 0, 16 + 4 * compatible.length], `ftyp${major}`, [0, 0, 0, 0], compatible.join(''));

it.each([
  ['image/heic', ftyp('heic', 'mif1', 'heic')],
  ['image/heic', ftyp('heic', 'mif1', 'MiHB', 'MiHE', 'MiPr', 'heic', 'tmap')],
  ['image/heic', ftyp('heix', 'mif1', 'heix')],
  ['image/heic', ftyp('heim')],
  ['image/heic', ftyp('heis')],
  ['image/heic', ftyp('mif1', 'mif1', 'heic')],
  ['image/heic', ftyp('msf1', 'hevc')],
  ['image/heic', ftyp('mif1', 'miaf')],
  ['image/avif', ftyp('avif', 'avif', 'mif1', 'miaf')],
  ['image/avif', ftyp('avis', 'msf1', 'mif1')],
  ['image/avif', ftyp('mif1', 'miaf', 'avif')],
])('recognises %s by its brands', async (contentType, blob) => {
  expect(await checkFile(blob)).toEqual({ ok: true, contentType });
});

it('accepts a file whose type the browser does not recognise', async () => {
  const picked = new File([ftyp('heic', 'mif1')], 'IMG_1.HEIC', { type: '' });
  expect(await checkFile(picked)).toEqual({ ok: true, contentType: 'image/heic' });
});

it.each([
  ['text', new Blob(['# Pictures'], { type: 'image/jpeg' }), t.upload.refused.notPicture],
  ['SVG', new Blob(['<svg xmlns="…">']), t.upload.refused.notPicture],
  ['a WAV', file('RIFF', [1, 2, 3, 4], 'WAVEfmt '), t.upload.refused.notPicture],
  ['a video', ftyp('isom', 'iso2', 'avc1', 'mp41'), t.upload.refused.notPicture],
  [
    'a file with a HEIC brand after its list of brands',
    new Blob([ftyp('qt  ').slice(0, 16), 'heicavif']),
    t.upload.refused.notPicture,
  ],
  [
    'a truncated list of brands',
    new Blob([new Uint8Array([0, 0, 0, 24]), 'ftyp']),
    t.upload.refused.notPicture,
  ],
  ['an empty file', new Blob([]), t.upload.refused.empty],
])('refuses %s', async (_, blob, reason) => {
  expect(await checkFile(blob)).toEqual({ ok: false, reason });
});

it('refuses a file that is too large, and states its size', async () => {
  const huge = { size: MAX_BYTES + 12e6 } as Blob;
  expect(await checkFile(huge)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('62 MB'),
  });
  expect(await checkFile({ size: MAX_BYTES + 1 } as Blob)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('50.1 MB'),
  });
});

const png = (width: number, height: number) => {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, width);
  head.setUint32(4, height);
  return new Blob([
    new Uint8Array([0x89]),
    'PNG\r\n',
    new Uint8Array([0x1a, 0x0a, 0, 0, 0, 13]),
    'IHDR',
    head.buffer,
  ]);
};

it('refuses a PNG with too many pixels', async () => {
  for (const [width, height] of [
    [12_000, 9_000],
    [40_000, 10],
    [10, 32_768],
  ] as const) {
    expect(await checkFile(png(width, height))).toEqual({
      ok: false,
      reason: t.upload.refused.tooManyPixels(width, height),
    });
  }
  expect(await checkFile(png(10_000, 10_000))).toMatchObject({ ok: true });
  expect(await checkFile(png(32_767, 3_000))).toMatchObject({ ok: true });
});
