import { expect, it } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import { t } from '../texts';
import { judge, pauseBefore } from './verdict';

const s3 = (status: number) => Object.assign(new Error(`S3 returned ${status}`), { status });

it('goes on by itself where that can help', () => {
  expect(judge(new NetworkError(null))).toMatchObject({ kind: 'again', cause: 'connection' });
  expect(judge(new Error('Network error during S3 request'))).toMatchObject({
    kind: 'again',
    cause: 'connection',
    reason: t.upload.lost,
  });
  for (const error of [new ApiError(429, null), new ApiError(503, null), s3(503), s3(429)]) {
    expect(judge(error)).toMatchObject({ kind: 'again', cause: 'busy' });
  }
});

it('knows that the bytes had arrived', () => {
  expect(judge(s3(412))).toEqual({ kind: 'arrived' });
});

it('asks after the picture where what was begun is not known any more', () => {
  for (const error of [s3(404), s3(403), new ApiError(404, null), new ApiError(409, null)])
    expect(judge(error).kind).toBe('look');
});

it('sends all parts anew where S3 has no use for those it has', () => {
  expect([404, 409, 403].map((status) => judge(s3(status)))).toMatchObject([
    { restart: true },
    { restart: true },
    { restart: false },
  ]);
  expect(judge(new ApiError(409, null))).toMatchObject({ restart: false });
});

it('lets the API say why it refuses a file, for good', () => {
  expect(judge(new ApiError(415, 'Send a JPEG.'))).toEqual({
    kind: 'failed',
    reason: 'Send a JPEG.',
    retry: false,
  });
  expect(judge(new ApiError(403, null))).toMatchObject({ kind: 'failed', retry: true });
});

it('waits ever longer', () => {
  expect([1, 2, 3, 10].map(pauseBefore)).toEqual([1000, 2000, 4000, 30_000]);
});
