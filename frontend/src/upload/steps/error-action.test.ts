import { expect, it } from 'vitest';
import { ApiError, NetworkError } from '../../api/errors';
import { t } from '../../texts';
import { chooseErrorAction, retryDelayMs } from './error-action';
import { S3Error } from './s3-request';

const s3 = (status: number) => new S3Error(status);

it('retries after a lost connection and a busy server', () => {
  expect(chooseErrorAction(new NetworkError(null))).toMatchObject({
    kind: 'retry',
    cause: 'connection',
  });
  expect(chooseErrorAction(new Error('Network error during S3 request'))).toMatchObject({
    kind: 'retry',
    cause: 'connection',
    reason: t.upload.lost,
  });
  for (const error of [new ApiError(429, null), new ApiError(503, null), s3(503), s3(429)]) {
    expect(chooseErrorAction(error)).toMatchObject({ kind: 'retry', cause: 'busy' });
  }
});

it('an exceeded quota fails with the sentence of the API, and the person can retry', () => {
  const notes = 'You have added 2,000 pictures today. You can add more after 00:00 UTC.';
  const refused = { kind: 'fail', reason: notes, retry: true };
  expect(chooseErrorAction(new ApiError(429, notes, 3_600))).toEqual(refused);
  expect(chooseErrorAction(new ApiError(429, 'Wait a second.', 1))).toMatchObject({
    kind: 'retry',
    cause: 'busy',
  });
});

it('finishes if S3 has the object already', () => {
  expect(chooseErrorAction(s3(412))).toEqual({ kind: 'arrived' });
});

it('checks the outcome after replies that leave it open', () => {
  for (const error of [s3(404), s3(403), new ApiError(404, null), new ApiError(409, null)])
    expect(chooseErrorAction(error).kind).toBe('checkOutcome');
});

it('restarts the multipart upload that S3 or the API does not accept any more', () => {
  expect([404, 409, 403].map((status) => chooseErrorAction(s3(status)))).toMatchObject([
    { restart: true },
    { restart: true },
    { restart: false },
  ]);
  expect([409, 404].map((code) => chooseErrorAction(new ApiError(code, null)))).toMatchObject([
    { restart: true },
    { restart: false },
  ]);
});

it('fails with the sentence of the API', () => {
  expect(chooseErrorAction(new ApiError(415, 'Send a JPEG.'))).toEqual({
    kind: 'fail',
    reason: 'Send a JPEG.',
    retry: false,
  });
  expect(chooseErrorAction(new ApiError(403, null))).toMatchObject({ kind: 'fail', retry: true });
});

it('retries with growing delays of at most 30 seconds', () => {
  expect([1, 2, 3, 10].map(retryDelayMs)).toEqual([1000, 2000, 4000, 30_000]);
});
