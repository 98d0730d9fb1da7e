import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { createItem, type UploadItem } from './list/item';
import { reduce, type UploadEvent } from './list/reducer';
import { Answer } from './scheduling/answer';
import { PauseSwitch } from './scheduling/pause-switch';
import { WakeableTimers } from './scheduling/wakeable-timers';
import { S3Error } from './steps/s3-request';
import { createTestCloud, jpeg } from './test-cloud';
import { createLimits, uploadPicture } from './upload-picture';

const FILE = jpeg('a.jpg');

/** Starts an upload and collects its events. */
function start({
  file = FILE,
  cloud = createTestCloud(),
  isListed = false,
  mustSignInAgain = (): boolean => false,
} = {}) {
  const cancellation = new AbortController();
  const controls = {
    personPause: new PauseSwitch(),
    offlinePause: new PauseSwitch(),
    answer: new Answer(),
    cancel: () => cancellation.abort(),
  };
  let item: UploadItem = createItem(file, 'private', 1);
  const events: UploadEvent[] = [];
  const dispatch = (event: UploadEvent) => {
    events.push(event);
    item = reduce(item, event);
  };
  const ended = uploadPicture(file, {
    services: {
      api: cloud.asApi,
      getCleanupApi: () => cloud.asApi,
      isLive: () => false,
      mustSignInAgain,
      sendFile: cloud.sendFile,
      offlinePause: controls.offlinePause,
      timers: new WakeableTimers(),
      limits: createLimits(),
    },
    signal: cancellation.signal,
    personPause: controls.personPause,
    answer: controls.answer,
    serial: 1,
    getDetails: () => item,
    findInList: () => (isListed ? { picture: null } : undefined),
    dispatch,
  });
  return {
    ...cloud,
    ...controls,
    ended,
    dispatch,
    call: () => cloud.callOf(file.name),
    events: () => events.map(({ type }) => type),
    state: () => item.state,
    picture: () => item.picture,
    inState: (name: string) => vi.waitFor(() => expect(item.state.name).toBe(name)),
  };
}

interface Mock {
  getMockImplementation(): unknown;
  mockImplementation(f: never): unknown;
  mockImplementationOnce(f: never): unknown;
}

/**
 * Makes a function of the API wait until the test calls the returned function.
 * With `once`, only its next call waits.
 */
function hold(mock: Mock, { once = false } = {}) {
  const original = mock.getMockImplementation() as (...values: unknown[]) => unknown;
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const waiting = async (...values: unknown[]) => {
    await held;
    return original(...values);
  };
  if (once) mock.mockImplementationOnce(waiting as never);
  else mock.mockImplementation(waiting as never);
  return release;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

it('the steps run in order, from the check to the finished picture', async () => {
  const upload = start();
  const call = await upload.call();
  expect(upload.events()).toEqual(['hashed', 'checked', 'continued', 'started', 'registered']);
  expect(upload.api.picturesWithHash).toHaveBeenCalledBefore(upload.api.createPicture);
  expect(upload.api.createPicture).toHaveBeenCalledBefore(upload.sendFile);
  call.options.onProgress(0.5);
  upload.pictures.get('p1')!.state = 'ready';
  call.finish();
  await vi.advanceTimersByTimeAsync(1000);
  await upload.ended;
  expect(upload.events().slice(5)).toEqual(['progress', 'arrived', 'processed', 'ready']);
  expect(upload.state()).toEqual({ name: 'ready' });
  expect(upload.api.deletePicture).not.toHaveBeenCalled();
});

it('the file is registered with its type, its size and the current details', async () => {
  const upload = start();
  upload.dispatch({ type: 'detailsEdited', details: { caption: 'Ferns', visibility: 'public' } });
  await upload.call();
  expect(upload.api.createPicture).toHaveBeenCalledWith({
    contentType: 'image/jpeg',
    bytes: FILE.size,
    caption: 'Ferns',
    visibility: 'public',
  });
});

it('a duplicate is not registered before the answer', async () => {
  const upload = start({ isListed: true });
  await upload.inState('duplicate');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(upload.api.createPicture).not.toHaveBeenCalled();
  upload.dispatch({ type: 'accepted' });
  upload.answer.give();
  await upload.inState('sending');
});

it('a pause stops the sending, and the resumption continues the same multipart upload', async () => {
  const upload = start();
  const first = await upload.call();
  first.options.multipart.uploadId = 'u1';
  upload.dispatch({ type: 'paused' });
  upload.personPause.pause();
  expect(first.options.signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(upload.state().name).toBe('paused');
  expect(upload.sendFile).toHaveBeenCalledTimes(1);
  upload.dispatch({ type: 'resumed' });
  upload.personPause.resume();
  await vi.waitFor(() => expect(upload.sendFile).toHaveBeenCalledTimes(2));
  expect((await upload.call()).options.multipart.uploadId).toBe('u1');
  expect(upload.api.createPicture).toHaveBeenCalledTimes(1);
});

it('a pause during the check takes effect before the registration', async () => {
  const upload = start();
  upload.dispatch({ type: 'paused' });
  upload.personPause.pause();
  await upload.inState('paused');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(upload.api.createPicture).not.toHaveBeenCalled();
  upload.dispatch({ type: 'resumed' });
  upload.personPause.resume();
  await upload.inState('sending');
});

it('a pause during the delay before a retry ends the delay', async () => {
  const upload = start();
  (await upload.call()).fail(new Error('no reply'));
  await upload.inState('interrupted');
  upload.dispatch({ type: 'paused' });
  upload.personPause.pause();
  await vi.advanceTimersByTimeAsync(0);
  upload.dispatch({ type: 'resumed' });
  upload.personPause.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(upload.sendFile).toHaveBeenCalledTimes(2);
});

it('a lost connection stops the sending until the browser is online', async () => {
  const upload = start();
  await upload.call();
  upload.dispatch({ type: 'interrupted', cause: 'connection' });
  upload.offlinePause.pause();
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(upload.state().name).toBe('interrupted');
  upload.offlinePause.resume();
  await vi.waitFor(() => expect(upload.sendFile).toHaveBeenCalledTimes(2));
  expect(upload.state().name).toBe('sending');
});

it('a pause ends the search for bytes that may have arrived', async () => {
  const upload = start();
  hold(upload.api.getPicture, { once: true });
  (await upload.call()).fail(new S3Error(404));
  await vi.waitFor(() => expect(upload.api.getPicture).toHaveBeenCalled());
  upload.dispatch({ type: 'paused' });
  upload.personPause.pause();
  await vi.advanceTimersByTimeAsync(0);
  upload.dispatch({ type: 'resumed' });
  upload.personPause.resume();
  await vi.waitFor(() => expect(upload.sendFile).toHaveBeenCalledTimes(2));
});

it('the search for bytes that may have arrived ends after 30 seconds without a reply', async () => {
  const upload = start();
  hold(upload.api.getPicture, { once: true });
  (await upload.call()).fail(new S3Error(404));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(upload.state().name).toBe('sending');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(upload.state().name).toBe('interrupted');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(upload.sendFile).toHaveBeenCalledTimes(2);
});

it('a registration without a reply is replaced, and deleted if the reply arrives later', async () => {
  const cloud = createTestCloud();
  const release = hold(cloud.api.createPicture, { once: true });
  const upload = start({ cloud });
  await upload.inState('sending');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(upload.state().name).toBe('interrupted');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(upload.sendFile).toHaveBeenCalledTimes(1);
  expect(upload.picture()?.id).toBe('p1');
  release();
  await vi.waitFor(() => expect(cloud.api.deletePicture).toHaveBeenCalledWith('me', 'p2'));
  expect(upload.picture()?.id).toBe('p1');
  expect([...cloud.pictures.keys()]).toEqual(['p1']);
});

it('an upload waits for its registration as long as the session has ended', async () => {
  const cloud = createTestCloud();
  const release = hold(cloud.api.createPicture, { once: true });
  const upload = start({ cloud, mustSignInAgain: () => true });
  await upload.inState('sending');
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(upload.state().name).toBe('sending');
  release();
  await upload.call();
  expect(cloud.api.createPicture).toHaveBeenCalledTimes(1);
});

it('an upload that is cancelled during the check makes no request', async () => {
  const upload = start();
  upload.cancel();
  await upload.ended;
  expect(upload.events()).toEqual([]);
  expect(upload.api.picturesWithHash).not.toHaveBeenCalled();
});

it('an upload that is cancelled during the search for duplicates is not registered', async () => {
  const cloud = createTestCloud();
  const release = hold(cloud.api.picturesWithHash);
  const upload = start({ cloud });
  await vi.waitFor(() => expect(cloud.api.picturesWithHash).toHaveBeenCalled());
  upload.cancel();
  release();
  await upload.ended;
  expect(upload.events()).toEqual([]);
  expect(cloud.api.createPicture).not.toHaveBeenCalled();
});

it('a duplicate that is cancelled is not registered', async () => {
  const upload = start({ isListed: true });
  await upload.inState('duplicate');
  upload.cancel();
  await upload.ended;
  expect(upload.api.createPicture).not.toHaveBeenCalled();
});

it('an upload that is cancelled during the registration is withdrawn after it', async () => {
  const cloud = createTestCloud();
  const release = hold(cloud.api.createPicture);
  const upload = start({ cloud });
  await vi.waitFor(() => expect(cloud.api.createPicture).toHaveBeenCalled());
  upload.cancel();
  release();
  await upload.ended;
  expect(cloud.api.deletePicture).toHaveBeenCalledWith('me', 'p1');
  expect(cloud.sendFile).not.toHaveBeenCalled();
});

it('an upload that is cancelled during the sending deletes its parts and its picture', async () => {
  const upload = start();
  const call = await upload.call();
  call.options.multipart.uploadId = 'u1';
  upload.cancel();
  await upload.ended;
  expect(call.options.signal.aborted).toBe(true);
  const abort = { step: 'abort', uploadId: 'u1' };
  expect(upload.api.signUpload).toHaveBeenCalledWith('me', 'p1', abort);
  expect(upload.api.deletePicture).toHaveBeenCalledWith('me', 'p1');
  expect(upload.events()).not.toContain('failed');
});

it('an upload that is cancelled while it is paused or failed is withdrawn', async () => {
  for (const stop of ['pause', 'fail'] as const) {
    const upload = start();
    const call = await upload.call();
    if (stop === 'pause') upload.personPause.pause();
    else call.fail(new ApiError(403, 'Not today.'));
    await vi.advanceTimersByTimeAsync(0);
    upload.cancel();
    await upload.ended;
    expect(upload.api.deletePicture).toHaveBeenCalledWith('me', 'p1');
  }
});

it('a picture whose upload is removed during the processing is kept', async () => {
  const upload = start();
  (await upload.call()).finish();
  await upload.inState('processing');
  upload.cancel();
  await upload.ended;
  expect(upload.api.deletePicture).not.toHaveBeenCalled();
  expect(upload.pictures.size).toBe(1);
});

it('a file that is not a picture fails with a sentence', async () => {
  const upload = start({ file: new File(['Dear Julia, …'], 'letter.jpg') });
  await upload.ended;
  expect(upload.state()).toEqual({
    name: 'failed',
    progress: 0,
    reason: t.upload.refused.notPicture,
    retry: false,
  });
});

it('a file that cannot be hashed is sent', async () => {
  vi.spyOn(crypto.subtle, 'digest').mockRejectedValueOnce(new Error('file is gone'));
  const upload = start();
  await upload.call();
  expect(upload.api.picturesWithHash).not.toHaveBeenCalled();
});

it('a slow search for duplicates does not delay the upload for more than 8 seconds', async () => {
  const cloud = createTestCloud();
  hold(cloud.api.picturesWithHash);
  const upload = start({ cloud });
  await vi.waitFor(() => expect(cloud.api.picturesWithHash).toHaveBeenCalled());
  await vi.advanceTimersByTimeAsync(8_000);
  await upload.inState('sending');
});

it('a refused registration fails with the sentence of the API, and can be retried', async () => {
  const cloud = createTestCloud();
  cloud.api.createPicture.mockRejectedValueOnce(new ApiError(403, 'Not today.'));
  const upload = start({ cloud });
  await upload.inState('failed');
  expect(upload.state()).toMatchObject({ reason: 'Not today.', retry: true });
  upload.dispatch({ type: 'retried' });
  upload.answer.give();
  await upload.inState('sending');
  await upload.call();
});

it('an upload that can never succeed fails with a sentence, and is withdrawn', async () => {
  const upload = start();
  (await upload.call()).fail(new ApiError(413, 'Send a smaller file.'));
  await upload.ended;
  expect(upload.state()).toMatchObject({ reason: 'Send a smaller file.', retry: false });
  await vi.waitFor(() => expect(upload.api.deletePicture).toHaveBeenCalledWith('me', 'p1'));
});

it('an unexpected error fails with a sentence', async () => {
  const cloud = createTestCloud();
  cloud.api.picturesWithHash.mockImplementation(() => {
    throw new TypeError('unexpected');
  });
  const upload = start({ cloud });
  await upload.ended;
  expect(upload.state()).toMatchObject({ reason: t.errors.unexpected, retry: false });
});

it('a picture that fails in processing fails with the reason of the API', async () => {
  const upload = start();
  const call = await upload.call();
  const failure: Partial<Picture> = { state: 'failed', failure: 'No picture in there.' };
  Object.assign(upload.pictures.get('p1')!, failure);
  call.finish();
  await vi.advanceTimersByTimeAsync(1000);
  await upload.ended;
  expect(upload.events().at(-2)).toBe('processed');
  expect(upload.state()).toMatchObject({ reason: 'No picture in there.', retry: false });
});

it('a picture that is deleted during the processing fails with a sentence', async () => {
  const upload = start();
  (await upload.call()).finish();
  await upload.inState('processing');
  upload.pictures.clear();
  await vi.advanceTimersByTimeAsync(1000);
  await upload.ended;
  expect(upload.state()).toMatchObject({ reason: t.upload.removed, retry: false });
});
