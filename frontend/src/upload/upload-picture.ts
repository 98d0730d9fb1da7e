import pLimit, { type LimitFunction } from 'p-limit';
import type { UploadApi } from './upload-api';
import { messageOf } from '../api/errors';
import type { ContentType, NewPicture, Picture, UploadStep } from '../api/types';
import { t } from '../texts';
import type { PictureDetails } from './list/item';
import type { UploadEvent } from './list/reducer';
import type { Answer } from './scheduling/answer';
import type { PauseSwitch } from './scheduling/pause-switch';
import { SendQueue } from './scheduling/send-queue';
import type { WakeableTimers } from './scheduling/wakeable-timers';
import { checkFile } from './steps/check';
import { findOwnPicture, hashFile } from './steps/hash';
import { createPreview } from './steps/preview';
import { Registration } from './steps/registration';
import { abortMultipartUpload, sendFile, type MultipartState } from './steps/send';
import { transferFile, UploadError } from './steps/transfer';
import { waitUntilProcessed } from './steps/wait-until-ready';

/** The services that all uploads of a person share. */
export interface UploadServices {
  api: UploadApi;
  /** Returns the API that deletes the registrations and parts of cancelled uploads. */
  getCleanupApi: () => UploadApi;
  /** Returns `true` while the live connection is open. */
  isLive: () => boolean;
  /** Returns `true` while calls of the API wait for a new sign-in. */
  mustSignInAgain: () => boolean;
  /** Replaces the upload to S3 in tests. */
  sendFile?: typeof sendFile | undefined;
  /** Paused while the browser is offline. */
  offlinePause: PauseSwitch;
  timers: WakeableTimers;
  limits: {
    check: LimitFunction;
    hash: LimitFunction;
    preview: LimitFunction;
    send: SendQueue;
  };
}

/**
 * Returns the maximum number of files that each step processes at a time. Hashing reads a whole
 * file of up to 50 MB into memory.
 */
export const createLimits = (): UploadServices['limits'] => ({
  check: pLimit(4),
  hash: pLimit(2),
  preview: pLimit(2),
  send: new SendQueue(3),
});

export interface UploadOptions {
  services: UploadServices;
  /** Aborts when the person cancels the upload. */
  signal: AbortSignal;
  /** Paused by the person. */
  personPause: PauseSwitch;
  /** Receives the decision to send a duplicate, and to retry. */
  answer: Answer;
  /** Position among all files of the person. */
  serial: number;
  /** Returns the current details, which the person can edit until the registration. */
  getDetails: () => PictureDetails;
  /**
   * Looks for another listed file with these bytes. Returns its picture (null until its bytes have
   * arrived), or undefined if there is none.
   */
  findInList: (sha256: string) => { picture: Picture | null } | undefined;
  dispatch: (event: UploadEvent) => void;
}

/**
 * Uploads one file: checks it, searches for duplicates, registers the picture, sends the bytes
 * and waits until the picture is ready. Reports changes and errors by `dispatch`.
 * If cancelled before the bytes arrive, resolves after the attempt to delete its registration and
 * parts.
 */
export async function uploadPicture(file: File, options: UploadOptions): Promise<void> {
  const { signal, dispatch } = options;
  try {
    const contentType = await check(file, options);
    void showPreview(file, options);
    const sha256 = await hash(file, options);
    await confirmDuplicate(sha256, options);
    const picture = await registerAndSend(file, contentType, options);
    dispatch({ type: 'arrived' });
    await waitForResult(picture, options);
    dispatch({ type: 'ready' });
  } catch (error) {
    if (signal.aborted) return;
    const reason = error instanceof UploadError ? error.message : messageOf(error);
    dispatch({ type: 'failed', reason, retry: false });
  }
}

async function check(file: File, { services, signal }: UploadOptions): Promise<ContentType> {
  const checked = await runLimited(services.limits.check, signal, () => checkFile(file));
  if (!checked.ok) throw new UploadError(checked.reason);
  return checked.contentType;
}

async function showPreview(
  file: File,
  { services, signal, dispatch }: UploadOptions,
): Promise<void> {
  const url = await services.limits.preview(() => (signal.aborted ? null : createPreview(file)));
  if (!url) return;
  if (signal.aborted) URL.revokeObjectURL(url);
  else dispatch({ type: 'previewed', url });
}

const hash = (file: File, { services, signal }: UploadOptions): Promise<string | null> =>
  runLimited(services.limits.hash, signal, () => hashFile(file));

/** Waits for an answer if the person has the picture already, or if the file is listed twice. */
async function confirmDuplicate(
  sha256: string | null,
  { services, signal, answer, findInList, dispatch }: UploadOptions,
): Promise<void> {
  const own = sha256 === null ? null : await findOwnPicture(services.api, sha256);
  signal.throwIfAborted();
  const listed = sha256 === null ? undefined : findInList(sha256);
  dispatch({ type: 'hashed', sha256 });
  if (own || listed) {
    dispatch({ type: 'duplicate', of: own ?? listed?.picture ?? null });
    await answer.wait(signal);
  } else {
    dispatch({ type: 'checked' });
  }
}

/**
 * Registers a picture, sends the file and returns the picture. If that fails or is cancelled,
 * deletes the registration and the sent parts.
 */
async function registerAndSend(
  file: File,
  contentType: ContentType,
  options: UploadOptions,
): Promise<Picture> {
  const { services, signal, personPause, answer, serial, getDetails, dispatch } = options;
  const { api, getCleanupApi, offlinePause, timers, limits } = services;
  const multipart: MultipartState = { uploadId: null };
  const registration = new Registration(api, {
    describe: () => describePicture(file, contentType, getDetails()),
    onRegistered: (picture, body) => dispatch({ type: 'registered', picture, body }),
  });
  try {
    await transferFile(file, {
      ...{ registration, multipart, sendFile: services.sendFile ?? sendFile, signal, personPause },
      ...{ offlinePause, answer, queue: limits.send, order: serial, timers, dispatch },
      mustSignInAgain: services.mustSignInAgain,
    });
    return await registration.getPicture();
  } catch (error) {
    const deletion = deleteUnsentPicture(registration, multipart, getCleanupApi());
    if (signal.aborted) await deletion;
    throw error;
  }
}

function describePicture(
  file: File,
  contentType: ContentType,
  { caption, visibility }: PictureDetails,
): NewPicture {
  return { contentType, bytes: file.size, visibility, ...(caption && { caption }) };
}

async function deleteUnsentPicture(
  registration: Registration,
  multipart: MultipartState,
  api: UploadApi,
): Promise<void> {
  const presign = (step: UploadStep) => registration.presignStep(step, api);
  // Ignores errors, because S3 deletes the parts of incomplete uploads after a day.
  await abortMultipartUpload(multipart, presign).catch(() => undefined);
  await registration.withdraw(api);
}

async function waitForResult(
  { id, owner }: Picture,
  { services, signal, dispatch }: UploadOptions,
): Promise<void> {
  const { api, isLive, timers } = services;
  let note: string = t.upload.slow;
  const showNote = () => dispatch({ type: 'slow', note });
  const result = await waitUntilProcessed({
    read: () => api.getPicture(owner.id, id),
    onSlow: showNote,
    onVerySlow: () => {
      note = t.upload.verySlow;
      showNote();
    },
    sleep: (ms) => timers.sleep(id, ms, signal),
    isLive,
    signal,
  }).finally(() => timers.forget(id));
  if (result === 'removed') throw new UploadError(t.upload.removed);
  dispatch({ type: 'processed', picture: result });
  if (result.state === 'failed')
    throw new UploadError(result.failure ?? t.upload.failedWithoutReason);
}

/** Runs `work` within a limit. Throws if `signal` aborts before or during the work. */
async function runLimited<Result>(
  limit: LimitFunction,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const result = await limit(() => {
    signal.throwIfAborted();
    return work();
  });
  signal.throwIfAborted();
  return result;
}
