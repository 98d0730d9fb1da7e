import { serverTime } from '../../api/clock';
import type { Upload } from '../../api/types';

/** A reply of S3 with an HTTP status other than 2xx. */
export class S3Error extends Error {
  constructor(readonly status: number) {
    super(`S3 replied with HTTP ${status}`);
  }
}

/** S3 sent no reply. */
export class S3NetworkError extends Error {}

export interface S3Reply {
  text: string;
  /** Without quotation marks. `null` if the reply has none. */
  etag: string | null;
}

export interface S3RequestOptions {
  body?: Blob | string;
  signal: AbortSignal;
  onProgress?: (bytes: number) => void;
}

/** Milliseconds for which a presigned request must still be valid when it is used. */
const MIN_VALIDITY_MS = 10_000;

export const isStillValid = ({ expiresAt }: Upload) =>
  Date.parse(expiresAt) >= serverTime() + MIN_VALIDITY_MS;

/** Sends a presigned request. Uses XMLHttpRequest because `fetch` reports no upload progress. */
export function sendS3Request(
  { method, url, headers }: Upload,
  { body, signal, onProgress }: S3RequestOptions,
): Promise<S3Reply> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort);
    request.onloadend = () => signal.removeEventListener('abort', abort);
    request.onabort = () => reject(signal.reason);
    request.onerror = () => reject(new S3NetworkError('no reply of S3'));
    request.onload = () => {
      if (request.status < 200 || request.status > 299) return reject(new S3Error(request.status));
      const etag = request.getResponseHeader('etag')?.replaceAll('"', '') ?? null;
      resolve({ text: request.responseText, etag });
    };
    request.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
    request.open(method, url);
    for (const [name, value] of Object.entries(withoutForbidden(headers)))
      request.setRequestHeader(name, value);
    request.send(body ?? null);
  });
}

/** Headers that only the browser can set. */
const FORBIDDEN_HEADERS = new Set(['host', 'content-length']);

export const withoutForbidden = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !FORBIDDEN_HEADERS.has(name.toLowerCase())),
  );
