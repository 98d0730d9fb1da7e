/** What an error while sending means: what S3 or the browser say is not meant for people. */
import { ApiError, NetworkError, messageOf } from '../api/errors';
import { t } from '../texts';
import type { Cause } from './state';

export type Verdict =
  /** The bytes had arrived and only the reply was lost. */
  | { kind: 'arrived' }
  /** What was begun is not known there any more, or not allowed: the picture tells whether it has arrived. */
  | {
      kind: 'look';
      reason: string;
      /** Its parts are not known any more, or of no use. */ restart: boolean;
    }
  /** It may go well in a moment. */
  | { kind: 'again'; cause: Cause; reason: string }
  | { kind: 'failed'; reason: string; retry: boolean };

export function judge(error: Error): Verdict {
  if (error instanceof NetworkError)
    return { kind: 'again', cause: 'connection', reason: t.upload.lost };
  if (error instanceof ApiError) return ofApi(error);
  const status = (error as { status?: number }).status ?? 0;
  // `If-None-Match: *`: there is something already, and nobody else can have put it there.
  if (status === 412) return { kind: 'arrived' };
  if (isBusy(status)) return { kind: 'again', cause: 'busy', reason: t.upload.expired };
  // 409: something else was sent to the same place meanwhile, after which S3 wants all parts anew.
  if (status >= 400)
    return { kind: 'look', reason: t.upload.expired, restart: status === 404 || status === 409 };
  return { kind: 'again', cause: 'connection', reason: t.upload.lost };
}

function ofApi(error: ApiError): Verdict {
  const reason = messageOf(error);
  if (isBusy(error.code)) return { kind: 'again', cause: 'busy', reason };
  if (error.code === 404 || error.code === 409) return { kind: 'look', reason, restart: false };
  return { kind: 'failed', reason, retry: ![400, 413, 415].includes(error.code) };
}

const isBusy = (status: number) => status === 429 || status >= 500;

/** Tries in a row without a byte more before a person is asked. */
export const MOST_TRIES = 7;
/** Milliseconds before the next one: 1 s, 2 s, 4 s … 30 s. */
export const pauseBefore = (attempt: number) => Math.min(30_000, 1000 * 2 ** (attempt - 1));
