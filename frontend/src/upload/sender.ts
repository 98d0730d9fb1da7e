/**
 * Sends files straight to S3 with Uppy, headless: a queue of three, retries with growing pauses, waiting while offline. Parts
 * and resuming are the same plugin's (`shouldUseMultipart`) once the API hands out presigned parts. Loaded with the first file.
 */
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import type { Upload } from '../api/types';

export interface SenderEvents {
  /** Gets a presigned upload for a file just before it is sent. */
  register: (id: string) => Promise<Upload>;
  /** `progress` from 0 to 1. */
  onProgress: (id: string, progress: number) => void;
  onSent: (id: string) => void;
  onError: (id: string, error: Error) => void;
}

export interface Sender {
  /** Sends a file, or sends it again after an error. */
  send(id: string, file: File, contentType: string): void;
  cancel(id: string): void;
}

/** The browser sets these by itself and forbids scripts to. */
const FORBIDDEN = new Set(['host', 'content-length']);

type Meta = { id: string };
type Body = Record<string, never>;

export function createSender(events: SenderEvents): Sender {
  const uppy = new Uppy<Meta, Body>({ autoProceed: true });
  /** Uppy's own id of each of our files. */
  const files = new Map<string, string>();

  uppy.use(AwsS3<Meta, Body>, {
    limit: 3,
    shouldUseMultipart: false,
    // The key is the API's to choose; here it only says which file is meant.
    generateObjectKey: (file) => file.meta.id,
    signRequest: async ({ key }) => {
      const { url, headers } = await events.register(key);
      return { url, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !FORBIDDEN.has(name.toLowerCase()))) };
    },
  });

  const release = (id: string) => {
    const file = files.get(id);
    files.delete(id);
    if (file) uppy.removeFile(file);
  };

  uppy.on('upload-progress', (file, { bytesUploaded, bytesTotal }) => {
    if (file && bytesTotal) events.onProgress(file.meta.id, bytesUploaded / bytesTotal);
  });
  uppy.on('upload-success', (file) => {
    if (!file) return;
    release(file.meta.id);
    events.onSent(file.meta.id);
  });
  uppy.on('upload-error', (file, error) => {
    if (!file) return;
    // `If-None-Match: *`: the bytes had arrived and only the reply was lost.
    const arrived = (error as { status?: number }).status === 412;
    if (!arrived) return events.onError(file.meta.id, error);
    release(file.meta.id);
    events.onSent(file.meta.id);
  });

  return {
    send(id, file, contentType) {
      const known = files.get(id);
      if (known) return void uppy.retryUpload(known);
      // `relativePath` makes Uppy's id unique: the same file may be sent twice.
      const meta = { id, relativePath: id };
      files.set(id, uppy.addFile({ name: file.name, type: contentType, data: file, meta }));
    },
    cancel: release,
  };
}
