import { expect, it, vi } from 'vitest';
import type { PictureKey } from '../api/album-types';
import { NetworkError } from '../api/errors';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { changeInBulk } from './bulk-change';

const pictures = Array.from(
  { length: 250 },
  (_, i) => ({ id: String(i), owner: { id: 'anna' } }) as Picture,
);

it('sends a hundred pictures at a time, and reports the progress', async () => {
  const send = vi.fn(async (_keys: PictureKey[]) => ({ refused: [] }));
  const progress = vi.fn();
  const { changed, refused, reasons } = await changeInBulk(pictures, send, progress);
  expect(send.mock.calls.map(([keys]) => keys.length)).toEqual([100, 100, 50]);
  expect(send.mock.calls[2]![0][0]).toEqual({ ownerId: 'anna', pictureId: '200' });
  expect(progress.mock.calls.flat()).toEqual([100, 200, 250]);
  expect([changed.length, refused, reasons]).toEqual([250, [], '']);
});

it('reports each reason of refusals once', async () => {
  const send = async (keys: PictureKey[]) => ({
    refused: keys.slice(0, 2).map((key) => ({ ...key, reason: 'The album is full.' })),
  });
  const { changed, refused, reasons } = await changeInBulk(pictures, send);
  expect([changed.length, refused, reasons]).toEqual([
    244,
    ['0', '1', '100', '101', '200', '201'],
    'The album is full.',
  ]);
});

it('continues after a failed request, and counts its pictures as refused', async () => {
  const send = vi.fn(async () => null as { refused: [] } | null);
  send.mockRejectedValueOnce(new NetworkError(null));
  const { changed, refused, reasons } = await changeInBulk(pictures, send);
  expect([changed.length, refused.length, reasons]).toEqual([150, 100, t.errors.network]);
});
