/** Between Uppy's words for the requests of an upload and the API's. */
import type { UploadStep } from '../api/types';

/** Bytes of every part but the last: the API takes no others. */
export const PART = 5 * 1024 * 1024;

export interface SignRequest {
  method: string;
  uploadId?: string | undefined;
  partNumber?: number | undefined;
}

/** Which step Uppy asks to have signed; null is a PUT of the whole file. */
export function stepOf({ method, uploadId, partNumber }: SignRequest): UploadStep | null {
  if (method === 'PUT')
    return uploadId && partNumber ? { step: 'part', uploadId, number: partNumber } : null;
  if (!uploadId) return { step: 'create' };
  switch (method) {
    case 'GET':
      return { step: 'list', uploadId };
    case 'DELETE':
      return { step: 'abort', uploadId };
    default:
      return { step: 'complete', uploadId };
  }
}

/** The browser sets these by itself and forbids scripts to. */
const FORBIDDEN = new Set(['host', 'content-length']);

export const permitted = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !FORBIDDEN.has(name.toLowerCase())),
  );
