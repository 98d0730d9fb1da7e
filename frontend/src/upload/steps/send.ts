import type { Upload, UploadStep } from '../../api/types';
import { isStillValid, S3Error, sendS3Request, type S3Reply } from './s3-request';

/** Bytes of every part but the last. The API accepts no other size. */
export const PART_BYTES = 5 * 1024 * 1024;
/** Bytes above which a file is sent in parts. */
const MAX_SINGLE_REQUEST_BYTES = 10_000_000;

/** The multipart upload of a file. It survives pauses and failed attempts. */
export interface MultipartState {
  uploadId: string | null;
}

export interface SendOptions {
  /** Returns the presigned request that sends the whole file. */
  presignFile: () => Promise<Upload>;
  presignStep: (step: UploadStep) => Promise<Upload>;
  multipart: MultipartState;
  signal: AbortSignal;
  /** Receives the part of the file that S3 has, from 0 to 1. */
  onProgress: (progress: number) => void;
}

interface Part {
  number: number;
  etag: string;
}

/**
 * Sends a file to S3: in one request, or in parts if it is large.
 * If `multipart` names an upload, sends only the parts that S3 does not list.
 */
export async function sendFile(file: Blob, options: SendOptions): Promise<void> {
  const { signal, onProgress } = options;
  if (file.size > MAX_SINGLE_REQUEST_BYTES) return sendInParts(file, options);
  await sendS3Request(await options.presignFile(), {
    body: file,
    signal,
    onProgress: (bytes) => onProgress(bytes / file.size),
  });
}

async function sendInParts(file: Blob, options: SendOptions): Promise<void> {
  const { multipart } = options;
  const uploadId = multipart.uploadId;
  const parts = uploadId ? await listParts(uploadId, options) : [];
  multipart.uploadId ??= await createMultipartUpload(options);
  await sendMissingParts(file, parts, options);
  await complete(parts, options);
}

/** Sends one part after another, and adds them to `parts`. */
async function sendMissingParts(file: Blob, parts: Part[], options: SendOptions): Promise<void> {
  const uploadId = options.multipart.uploadId!;
  const presign = (number: number) => options.presignStep({ step: 'part', uploadId, number });
  const count = Math.ceil(file.size / PART_BYTES);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !parts.some((part) => part.number === number));
  let early: Upload | null | Promise<Upload | null> = null;
  for (const [index, number] of missing.entries()) {
    const presigned: Upload | null = await early;
    const isUsable = presigned !== null && isStillValid(presigned);
    const request = isUsable ? presigned : await presign(number);
    // Presigns the next part now, so that no time passes between two parts.
    const next = missing[index + 1];
    early = next === undefined ? null : presign(next).catch(() => null);
    parts.push(await sendPart(file, number, parts, request, options));
  }
}

/** Deletes the sent parts in S3. */
export async function abortMultipartUpload(
  { uploadId }: MultipartState,
  presignStep: SendOptions['presignStep'],
): Promise<void> {
  if (!uploadId) return;
  const request = await presignStep({ step: 'abort', uploadId });
  await sendS3Request(request, { signal: new AbortController().signal });
}

async function createMultipartUpload(options: SendOptions): Promise<string> {
  const { text } = await sendStep({ step: 'create' }, options);
  const [, uploadId] = /<UploadId>([^<]+)<\/UploadId>/.exec(text) ?? [];
  if (!uploadId) throw new Error('S3 replied without an upload id');
  return uploadId;
}

async function listParts(uploadId: string, options: SendOptions): Promise<Part[]> {
  const { text } = await sendStep({ step: 'list', uploadId }, options);
  return Array.from(text.matchAll(/<Part>.*?<\/Part>/gs), ([part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    etag: /<ETag>(?:"|&quot;|&#34;)?([^<"&]+)/.exec(part)?.[1] ?? '',
  }));
}

async function sendPart(
  file: Blob,
  number: number,
  sent: readonly Part[],
  request: Upload,
  { signal, ...options }: SendOptions,
): Promise<Part> {
  const sentBytes = sent.reduce((sum, part) => sum + sliceOf(file, part.number).size, 0);
  const body = sliceOf(file, number);
  const onProgress = (bytes: number) => options.onProgress((sentBytes + bytes) / file.size);
  onProgress(0);
  const { etag } = await sendS3Request(request, { body, signal, onProgress });
  if (!etag) throw new Error('S3 replied without an ETag');
  onProgress(body.size);
  return { number, etag };
}

const sliceOf = (file: Blob, number: number) =>
  file.slice((number - 1) * PART_BYTES, number * PART_BYTES);

async function complete(parts: readonly Part[], options: SendOptions): Promise<void> {
  const list = [...parts]
    .sort((a, b) => a.number - b.number)
    .map(
      ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
  const xml = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
  const body = new Blob([xml], { type: 'application/xml' });
  const uploadId = options.multipart.uploadId!;
  const { text } = await sendStep({ step: 'complete', uploadId }, options, body);
  // S3 sends the status before it joins the parts, so an error can follow in the body.
  if (text.includes('<Error>')) throw new S3Error(500);
}

async function sendStep(
  step: UploadStep,
  { presignStep, signal }: SendOptions,
  body?: Blob,
): Promise<S3Reply> {
  const request = await presignStep(step);
  return sendS3Request(request, { signal, ...(body && { body }) });
}
