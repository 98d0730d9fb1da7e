/** Sends the files of pictures to S3. */
import { ApiError, NetworkError, UploadError } from './errors.js';
import type { Api } from './generated/operations.js';
import type { ContentType, Picture, Upload, UploadStep } from './generated/schema.js';
import { send, sleep } from './http.js';

/** Called with the number of bytes sent so far, and the total. */
export type Progress = (sent: number, total: number) => void;

const PART_BYTES = 5 * 1024 * 1024;
const NOT_S3 = 'The reply is not from S3. Try again later.';
const MAX_ATTEMPTS = 4;
/** The reads of a picture, one a second, after an upload with an unknown outcome. */
const MAX_READS = 5;
/** The slowest connection that completes a request to S3. `fetch` does not report progress. */
const MIN_BYTES_PER_SECOND = 16 * 1024;
/** The values of `contentType` for types that have another name in the API. */
const SYNONYMS: Record<string, string> = { 'image/heif': 'image/heic', 'image/jpg': 'image/jpeg' };

/** Returns the type to register. The API checks it. Throws a `TypeError` if a blob has none. */
export function contentTypeOf(file: Blob, contentType?: string): ContentType {
  const type = contentType ?? file.type;
  if (type === '')
    throw new TypeError('The file has no type. Pass `contentType`, such as image/jpeg.');
  return (SYNONYMS[type] ?? type) as ContentType;
}

/** Sends bytes to S3, again after a failure. `timeout` is that of an empty body. */
export function put(upload: Upload, body: Blob, timeout: number): Promise<Response> {
  return repeat(() => sendToS3(upload, body, timeout));
}

async function sendToS3(upload: Upload, body: Blob | string, timeout: number): Promise<Response> {
  const headers = new Headers(upload.headers);
  // `fetch` sets the length, and browsers refuse the header.
  headers.delete('content-length');
  // A blob without a type, so that the only type is that of the headers.
  const untyped = body instanceof Blob ? body.slice() : body;
  const { method, url } = upload;
  const length = body instanceof Blob ? body.size : body.length;
  const request = new Request(url, { method, headers, body: untyped || null });
  return send(request, timeout + length / MIN_BYTES_PER_SECOND);
}

/**
 * Sends a request to S3 up to `MAX_ATTEMPTS` times. Returns a reply of 412 if an earlier attempt
 * stored the picture, and throws an `UploadError` for other error replies.
 */
async function repeat(attempt: () => Promise<Response>): Promise<Response> {
  for (let number = 1; ; number++) {
    try {
      const reply = await attempt();
      if (reply.ok || reply.status === 412) return reply;
      await reply.body?.cancel();
      // 409: another attempt to store the picture is not complete.
      const canSucceed = reply.status >= 500 || reply.status === 409;
      if (number === MAX_ATTEMPTS || !canSucceed) throw new UploadError(reply.status);
    } catch (error) {
      if (number === MAX_ATTEMPTS || !(error instanceof NetworkError)) throw error;
    }
    await sleep(0.25 * 2 ** number);
  }
}

/** Sends the bytes of a registered picture in parts of 5 MiB (S3's multipart upload). */
export async function uploadInParts(
  api: Api,
  picture: Picture,
  file: Blob,
  timeout: number,
  progress: Progress,
): Promise<void> {
  const key = { ownerId: picture.owner.id, id: picture.id };
  const step = (body: UploadStep, content: Blob | string = '') =>
    repeat(async () => sendToS3(await api.presignUploadStep(key, body), content, timeout));

  const uploadId = element(await readText(await step({ step: 'create' })), 'UploadId');
  if (uploadId === null) throw new NetworkError(NOT_S3);
  let parts = '';
  for (let number = 1, start = 0; start < file.size; number++, start += PART_BYTES) {
    const part = file.slice(start, start + PART_BYTES);
    const reply = await step({ step: 'part', uploadId, number }, part);
    const tag = (reply.headers.get('etag') ?? '').replaceAll('"', '&quot;');
    parts += `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`;
    progress(Math.min(start + PART_BYTES, file.size), file.size);
  }
  const complete = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
  try {
    const reply = await step({ step: 'complete', uploadId }, complete);
    // S3 can report an error in a reply with status 200.
    const text = await readText(reply);
    if (text.includes('<Error>')) throw new UploadError(reply.status);
    if (!text.includes('<CompleteMultipartUploadResult')) throw new NetworkError(NOT_S3);
  } catch (error) {
    const errors = [ApiError, NetworkError, UploadError];
    if (!errors.some((type) => error instanceof type)) throw error;
    // The reply to an attempt that stored the picture can be lost.
    if (!(await isStored(api, key))) throw error;
  }
}

/** Returns `true` if the API notices within some seconds that S3 has stored the picture. */
async function isStored(api: Api, key: { ownerId: string; id: string }): Promise<boolean> {
  for (let reads = 1; ; reads++) {
    if ((await api.getPicture(key)).state !== 'awaitingUpload') return true;
    if (reads === MAX_READS) return false;
    await sleep(1);
  }
}

/** Returns the body of a reply, or an empty text if it does not arrive. */
async function readText(reply: Response): Promise<string> {
  return reply.text().catch(() => '');
}

/** Returns the text of an element that has no entities, or `null` if there is none. */
function element(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? null;
}
