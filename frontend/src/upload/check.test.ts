import { expect, it } from 'vitest';
import { t } from '../texts';
import { check, MOST_BYTES } from './check';

const file = (...parts: (string | number[])[]) =>
  new Blob([...parts.map((part) => (typeof part === 'string' ? part : new Uint8Array(part))), new Uint8Array(32)]);

it.each([
  ['image/jpeg', file([0xff, 0xd8, 0xff, 0xe1])],
  ['image/png', file([0x89], 'PNG\r\n', [0x1a, 0x0a])],
  ['image/gif', file('GIF89a')],
  ['image/webp', file('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
])('knows %s by its first bytes', async (contentType, blob) => {
  expect(await check(blob)).toEqual({ ok: true, contentType });
});

it.each([
  ['text', new Blob(['# Pictures'], { type: 'image/jpeg' }), t.upload.refused.notPicture],
  ['SVG', new Blob(['<svg xmlns="…">']), t.upload.refused.notPicture],
  ['a WAV', file('RIFF', [1, 2, 3, 4], 'WAVEfmt '), t.upload.refused.notPicture],
  ['HEIC', file([0, 0, 0, 24], 'ftypheic'), t.upload.refused.heic],
  ['nothing', new Blob([]), t.upload.refused.empty],
])('refuses %s, whatever it is called', async (_, blob, reason) => {
  expect(await check(blob)).toEqual({ ok: false, reason });
});

it('refuses what is too large, and says how large it is', async () => {
  const huge = { size: MOST_BYTES + 12e6 } as Blob;
  expect(await check(huge)).toMatchObject({ ok: false, reason: expect.stringContaining('62 MB') });
});
