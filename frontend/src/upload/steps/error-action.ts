import { ApiError, messageOf } from '../../api/errors';
import { t } from '../../texts';
import type { InterruptionCause } from '../list/state';
import { S3Error } from './s3-request';

/** The reaction to an error of an attempt to send a file. */
export type ErrorAction =
  /** The bytes have arrived. Only the reply of S3 was lost. */
  | { kind: 'arrived' }
  /** Reads from the API whether the bytes arrived, because the error leaves that open. */
  | {
      kind: 'checkOutcome';
      reason: string;
      /** Whether S3 needs all parts again. */
      restart: boolean;
    }
  | { kind: 'retry'; cause: InterruptionCause; reason: string }
  | { kind: 'fail'; reason: string; retry: boolean };

export function chooseErrorAction(error: unknown): ErrorAction {
  if (error instanceof ApiError) return chooseForApi(error);
  if (error instanceof S3Error) return chooseForS3(error.status);
  return RETRY_CONNECTION;
}

/** For no reply, a stalled request and an unreadable reply. */
const RETRY_CONNECTION: ErrorAction = {
  kind: 'retry',
  cause: 'connection',
  reason: t.upload.lost,
};

/**
 * The longest time for which an upload waits after a refused call, in seconds. A quota refuses
 * calls until the next hour or day, and the person decides when to try again.
 */
const MAX_RETRY_AFTER = 30;

function chooseForApi(error: ApiError): ErrorAction {
  const reason = messageOf(error);
  if (error.code === 429 && (error.retryAfter ?? 0) > MAX_RETRY_AFTER)
    return { kind: 'fail', reason, retry: true };
  if (isBusy(error.code)) return { kind: 'retry', cause: 'busy', reason };
  // 409: the picture was uploaded, or it has another multipart upload.
  if (error.code === 404 || error.code === 409)
    return { kind: 'checkOutcome', reason, restart: error.code === 409 };
  return { kind: 'fail', reason, retry: ![400, 413, 415].includes(error.code) };
}

/** The texts of S3 are not meant for people. */
function chooseForS3(status: number): ErrorAction {
  // `If-None-Match: *` failed: the object exists, and only this upload can have created it.
  if (status === 412) return { kind: 'arrived' };
  if (isBusy(status)) return { kind: 'retry', cause: 'busy', reason: t.upload.expired };
  // After a conflicting request (409), S3 accepts the parts only in a new multipart upload.
  const restart = status === 404 || status === 409;
  return { kind: 'checkOutcome', reason: t.upload.expired, restart };
}

const isBusy = (status: number) => status === 429 || status >= 500;

/** The maximum number of retries in a row without a new byte. */
export const MAX_RETRIES = 7;

/** Returns the milliseconds before the next attempt: 1 s, 2 s, 4 s … 30 s. */
export const retryDelayMs = (attempt: number) => Math.min(30_000, 1000 * 2 ** (attempt - 1));
