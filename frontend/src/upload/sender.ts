/**
 * Sends files straight to S3 with Uppy, headless: large ones in parts, so that a pause or a lost connection costs one part at
 * most. What has arrived is asked of S3 (`listParts`), never remembered. Loaded with the first file.
 */
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import type { Upload, UploadStep } from '../api/types';
import { PART, permitted, stepOf } from './steps';

export interface SenderEvents {
  /** Signs one request; without a step it is that which sends the whole file. */
  sign: (id: string, step: UploadStep | null) => Promise<Upload>;
  /** `progress` from 0 to 1. */
  onProgress: (id: string, progress: number) => void;
  onSent: (id: string) => void;
  onError: (id: string, error: Error) => void;
}

export interface Sender {
  /** Sends a file, or goes on with it after a pause or an error. */
  start(id: string, file: File, contentType: string): void;
  pause(id: string): void;
  /** Forgets what has arrived: the next start begins anew. */
  restart(id: string): void;
  /** Ends it, and takes away the parts that S3 holds. */
  cancel(id: string): Promise<void>;
}

/** Bytes; what is larger goes in parts. */
const IN_PARTS_FROM = 10_000_000;
/** Milliseconds without a byte after which a connection counts as lost, whatever the browser says. */
const STALLED_AFTER = 60_000;

type Meta = { id: string };
type Body = Record<string, never>;
interface Sending {
  /** Uppy's own id. */
  file: string;
  phase: 'running' | 'paused' | 'stopped';
  stall?: ReturnType<typeof setTimeout>;
}

export function createSender(events: SenderEvents): Sender {
  const uppy = new Uppy<Meta, Body>();
  const all = new Map<string, Sending>();

  uppy.use(AwsS3<Meta, Body>, {
    limit: 0, // who is next is decided outside: what is paused must not keep a place
    shouldUseMultipart: (file) => (file.size ?? 0) > IN_PARTS_FROM,
    getChunkSize: () => PART,
    // The key is the API's to choose; here it only says which file is meant.
    generateObjectKey: (file) => file.meta.id,
    signRequest: async (request) => {
      const step = stepOf(request);
      if (step?.step === 'abort') throw new Error('see cancel');
      watch(request.key);
      const { url, headers } = await events.sign(request.key, step);
      return { url, headers: permitted(headers) };
    },
  });

  uppy.on('upload-progress', (file, { bytesUploaded, bytesTotal }) => {
    if (!file || !bytesTotal) return;
    watch(file.meta.id);
    events.onProgress(file.meta.id, bytesUploaded / bytesTotal);
  });
  uppy.on('upload-success', (file) => {
    if (!file) return;
    release(file.meta.id);
    events.onSent(file.meta.id);
  });
  uppy.on('upload-error', (file, error) => {
    if (!file) return;
    stop(file.meta.id, 'stopped');
    // Uppy would send whatever has an error again with the next file.
    uppy.setFileState(file.id, { error: null });
    events.onError(file.meta.id, error);
  });

  function watch(id: string): void {
    const sending = all.get(id);
    if (sending?.phase !== 'running') return;
    clearTimeout(sending.stall);
    sending.stall = setTimeout(() => {
      pause(id);
      events.onError(id, new Error('stalled'));
    }, STALLED_AFTER);
  }

  function stop(id: string, phase: 'paused' | 'stopped'): Sending | undefined {
    const sending = all.get(id);
    if (sending?.phase !== 'running') return undefined;
    clearTimeout(sending.stall);
    sending.phase = phase;
    return sending;
  }

  function pause(id: string): void {
    const paused = stop(id, 'paused');
    if (paused) uppy.pauseResume(paused.file);
  }

  function release(id: string): void {
    const sending = all.get(id);
    all.delete(id);
    clearTimeout(sending?.stall);
    if (sending) uppy.removeFile(sending.file);
  }

  function begin(id: string, file: File, contentType: string): void {
    // `relativePath` makes Uppy's id unique: the same file may be sent twice.
    const meta = { id, relativePath: id };
    const added = uppy.addFile({ name: file.name, type: contentType, data: file, meta });
    all.set(id, { file: added, phase: 'running' });
    watch(id);
    void uppy.upload().catch(() => undefined); // told by `upload-error`
  }

  function goOn(id: string, sending: Sending): void {
    const { phase, file } = sending;
    sending.phase = 'running';
    watch(id);
    if (phase === 'paused') uppy.pauseResume(file);
    else void uppy.retryUpload(file).catch(() => undefined);
  }

  return {
    start(id, file, contentType) {
      const known = all.get(id);
      if (!known) begin(id, file, contentType);
      else if (known.phase !== 'running') goOn(id, known);
    },
    pause,
    restart: release,
    async cancel(id) {
      const sending = all.get(id);
      if (!sending) return;
      const { s3Multipart: begun } = uppy.getFile(sending.file) as {
        s3Multipart?: { uploadId: string };
      };
      release(id);
      if (!begun) return;
      const { method, url, headers } = await events.sign(id, {
        step: 'abort',
        uploadId: begun.uploadId,
      });
      await fetch(url, { method, headers: permitted(headers) });
    },
  };
}
