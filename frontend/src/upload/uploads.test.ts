import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError, NetworkError } from '../api/errors';
import type { LiveMessage, Picture } from '../api/types';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import { createPreview } from './steps/preview';
import { S3Error } from './steps/s3-request';
import { createTestCloud, jpeg } from './test-cloud';
import { Uploads } from './uploads.svelte';

vi.mock('./steps/preview', () => ({ createPreview: vi.fn(async () => null) }));

const lost = new Error('no reply of S3');

function setUp(options: { ownPictures?: Picture[] } = {}) {
  const cloud = createTestCloud(options);
  const onPicture = vi.fn();
  const uploads = new Uploads({
    api: cloud.asApi,
    onPicture,
    isOnline: () => true,
    sendFile: cloud.sendFile,
  });
  const item = (name: string) => uploads.items.find(({ file }) => file.name === name)!;
  const state = (name: string) => item(name)?.state.name;
  const is = (name: string, wanted: string) => vi.waitFor(() => expect(state(name)).toBe(wanted));

  /** Adds files with different bytes, and waits until the first one is being sent. */
  async function add(...names: string[]) {
    const files = names.map((name, i) => jpeg(name, uploads.items.length + i));
    uploads.add(files, 'private');
    await is(names[0]!, 'sending');
    return cloud.callOf(names[0]!);
  }

  /** Completes the sending and the processing of a file. */
  async function arrive(name: string, result: Partial<Picture> = { state: 'ready' }) {
    const call = await cloud.callOf(name);
    Object.assign(cloud.pictures.get(item(name).picture!.id)!, result);
    call.finish();
    await vi.advanceTimersByTimeAsync(1000);
  }

  return { ...cloud, onPicture, uploads, item, state, is, add, arrive };
}

const liveMessage = (type: 'picture.ready' | 'picture.changed', picture: Picture, id = 'm') =>
  ({ type, id, at: '', ownerId: 'me', pictureId: picture.id, picture }) as LiveMessage;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
});
afterEach(() => void vi.useRealTimers());

it('sends three files at a time in the chosen order, and reports their results', async () => {
  const { uploads, is, item, state, arrive, onPicture, sendFile } = setUp();
  uploads.add(
    ['a', 'b', 'c', 'd'].map((name, i) => jpeg(name, i)),
    'friends',
  );
  for (const name of ['a', 'b', 'c']) await is(name, 'sending');
  await is('d', 'waiting');
  await arrive('b');
  expect(state('b')).toBe('ready');
  expect(onPicture).toHaveBeenCalledWith(
    expect.objectContaining({ state: 'ready', visibility: 'friends' }),
  );
  await is('d', 'sending');
  await vi.waitFor(() => expect(sendFile).toHaveBeenCalledTimes(4));
  await arrive('a', { state: 'failed', failure: 'No picture in there.' });
  expect(item('a').state).toMatchObject({
    name: 'failed',
    reason: 'No picture in there.',
    retry: false,
  });
});

it('a picture that the person has already is sent only after an answer', async () => {
  const known = { id: 'old', owner: { id: 'me' }, state: 'ready' } as Picture;
  const { uploads, is, item, sendFile } = setUp({ ownPictures: [known] });
  uploads.add([jpeg('a')], 'private');
  await is('a', 'duplicate');
  expect(item('a').state).toEqual({ name: 'duplicate', of: known, paused: false });
  expect(uploads.unfinished).toBe(1);
  uploads.accept(item('a').id);
  await is('a', 'sending');
  await vi.waitFor(() => expect(sendFile).toHaveBeenCalledTimes(1));
});

it('a pause during the check of a duplicate holds after the answer', async () => {
  const { uploads, is, state, item, sendFile } = setUp();
  uploads.add([jpeg('a', 7), jpeg('b', 7)], 'private');
  uploads.pauseAll();
  const states = () => [state('a'), state('b')].sort();
  await vi.waitFor(() => expect(states()).toEqual(['duplicate', 'paused']));
  const duplicate = state('a') === 'duplicate' ? 'a' : 'b';
  uploads.accept(item(duplicate).id);
  expect(state(duplicate)).toBe('paused');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sendFile).not.toHaveBeenCalled();
  uploads.resumeAll();
  for (const name of ['a', 'b']) await is(name, 'sending');
});

it('resuming all also resumes duplicates that wait for an answer', async () => {
  const { uploads, is, item } = setUp();
  uploads.add([jpeg('a', 7)], 'private');
  await is('a', 'sending');
  uploads.add([jpeg('b', 7)], 'private');
  uploads.pauseAll();
  await is('b', 'duplicate');
  uploads.resumeAll();
  uploads.accept(item('b').id);
  await is('b', 'sending');
});

it('an answer that does not fit the state of an upload changes nothing', async () => {
  const { uploads, is, state, item, add } = setUp();
  (await add('a')).fail(new ApiError(403, 'Not today.'));
  await is('a', 'failed');
  uploads.accept(item('a').id);
  await vi.advanceTimersByTimeAsync(0);
  expect(state('a')).toBe('failed');
  uploads.add([jpeg('b', 1), jpeg('c', 1)], 'private');
  const duplicate = await vi.waitFor(() => {
    const found = uploads.items.find(({ state }) => state.name === 'duplicate');
    expect(found).toBeDefined();
    return found!;
  });
  uploads.retry(duplicate.id);
  await vi.advanceTimersByTimeAsync(0);
  expect(state(duplicate.file.name)).toBe('duplicate');
  uploads.accept(duplicate.id);
  await is(duplicate.file.name, 'sending');
});

it('a file that is added twice is sent once', async () => {
  const { uploads, state } = setUp();
  uploads.add([jpeg('a', 7), jpeg('b', 7)], 'private');
  const states = () => [state('a'), state('b')].sort();
  await vi.waitFor(() => expect(states()).toEqual(['duplicate', 'sending']));
  uploads.dismissDuplicates();
  expect(states()).toEqual(['sending', undefined]);
});

it('a failed search for duplicates does not stop the upload', async () => {
  const { uploads, is, api } = setUp();
  api.picturesWithHash.mockRejectedValue(new NetworkError(null));
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
});

it('uploads wait while the browser is offline, and continue afterwards', async () => {
  const { uploads, is, state, add } = setUp();
  const call = await add('a');
  uploads.handleOffline();
  expect(state('a')).toBe('interrupted');
  expect(call.options.signal.aborted).toBe(true);
  uploads.add([jpeg('b', 1)], 'private');
  await is('b', 'waiting');
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([state('a'), state('b')]).toEqual(['interrupted', 'waiting']);
  uploads.handleOnline();
  await is('a', 'sending');
  await is('b', 'sending');
});

it('an upload is retried with growing delays, and fails after seven retries without a byte', async () => {
  const { uploads, is, state, item, add, callOf } = setUp();
  await add('a');
  for (let i = 0; i < 7; i += 1) {
    (await callOf('a')).fail(lost);
    await is('a', 'interrupted');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(state('a')).toBe('sending');
  }
  (await callOf('a')).fail(lost);
  await is('a', 'failed');
  expect(item('a').state).toMatchObject({ name: 'failed', reason: t.upload.lost, retry: true });
  uploads.retry(item('a').id);
  await is('a', 'sending');
});

it('attempts that send more bytes are not limited', async () => {
  const { is, state, add, callOf } = setUp();
  await add('a');
  for (let i = 1; i < 20; i += 1) {
    const call = await callOf('a');
    call.options.onProgress(i / 20);
    call.fail(lost);
    await is('a', 'interrupted');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(state('a')).toBe('sending');
  }
});

it('a new connection ends the delay before a retry', async () => {
  const { uploads, is, add, callOf } = setUp();
  (await add('a')).fail(lost);
  await is('a', 'interrupted');
  uploads.handleOnline();
  await vi.advanceTimersByTimeAsync(0);
  await is('a', 'sending');
  expect((await callOf('a')).options.signal.aborted).toBe(false);
});

it('an upload without progress is interrupted after a minute', async () => {
  const { state, add } = setUp();
  const call = await add('a');
  await vi.advanceTimersByTimeAsync(50_000);
  call.options.onProgress(0.5);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(state('a')).toBe('sending');
  await vi.advanceTimersByTimeAsync(10_500);
  expect(state('a')).toBe('interrupted');
});

it('an upload whose bytes arrived without a reply becomes ready', async () => {
  for (const error of [new S3Error(412), new S3Error(404), new ApiError(409, 'It was uploaded.')]) {
    const { is, item, add, pictures } = setUp();
    const call = await add('a');
    pictures.get(item('a').picture!.id)!.state = 'ready';
    call.fail(error);
    await vi.advanceTimersByTimeAsync(1000);
    await is('a', 'ready');
  }
});

it.each([
  ['S3 does not recognise', new S3Error(404)],
  ['the API refuses', new ApiError(409, 'This picture has another multipart upload.')],
])('a multipart upload that %s starts again for the same picture', async (_, error) => {
  const { is, add, callOf, api } = setUp();
  const call = await add('a');
  call.options.multipart.uploadId = 'gone';
  call.fail(error);
  await is('a', 'interrupted');
  expect(call.options.multipart.uploadId).toBeNull();
  await vi.advanceTimersByTimeAsync(5000);
  await is('a', 'sending');
  await (await callOf('a')).options.presignStep({ step: 'create' });
  expect(api.createPicture).toHaveBeenCalledTimes(1);
});

it('a refusal of the API is shown with its sentence', async () => {
  const { is, item, add, api } = setUp();
  const call = await add('a');
  await Promise.all([call.options.presignFile(), call.options.presignFile()]);
  expect(api.createPicture).toHaveBeenCalledTimes(1);
  call.fail(new ApiError(415, 'Send a JPEG.'));
  await is('a', 'failed');
  expect(item('a').state).toMatchObject({ name: 'failed', reason: 'Send a JPEG.', retry: false });
});

it('one upload or all can be paused and resumed', async () => {
  const { uploads, is, state, item, add } = setUp();
  const call = await add('a', 'b', 'c', 'd');
  await is('d', 'waiting');
  uploads.pause(item('a').id);
  expect(state('a')).toBe('paused');
  await is('d', 'sending');
  expect(call.options.signal.aborted).toBe(true);
  uploads.pauseAll();
  expect(uploads.items.map(({ state }) => state.name)).toEqual([
    'paused',
    'paused',
    'paused',
    'paused',
  ]);
  uploads.resumeAll();
  for (const name of ['a', 'b', 'c']) await is(name, 'sending');
});

it('a cancelled upload is withdrawn, and one that arrived is not', async () => {
  const { uploads, is, item, add, callOf, api, pictures, arrive } = setUp();
  await add('a', 'b');
  await is('b', 'sending');
  await callOf('b');
  void uploads.dismiss(item('a').id);
  await vi.waitFor(() => expect(api.deletePicture).toHaveBeenCalledTimes(1));
  await arrive('b');
  uploads.clearFinished();
  await vi.advanceTimersByTimeAsync(1000);
  expect([...pictures.values()].map(({ state }) => state)).toEqual(['ready']);
});

it('details can be edited before, during and after the registration', async () => {
  const { uploads, is, item, api, arrive, pictures } = setUp();
  uploads.add([jpeg('a')], 'private');
  const { id } = item('a');
  void uploads.editDetails([id], { caption: 'before' });
  await is('a', 'sending');
  await vi.waitFor(() => expect(item('a').picture).not.toBeNull());
  expect(api.createPicture).toHaveBeenCalledWith(
    expect.objectContaining({ caption: 'before', visibility: 'private' }),
  );
  void uploads.editDetails([id], { caption: 'while', visibility: 'friends' });
  await vi.waitFor(() =>
    expect([...pictures.values()][0]).toMatchObject({ caption: 'while', visibility: 'friends' }),
  );
  await arrive('a');
  api.changePicture.mockRejectedValueOnce(new NetworkError(null));
  void uploads.editDetails([id], { caption: 'after' });
  await vi.waitFor(() => expect(item('a').saveError).toBe(t.upload.edit.failed(t.errors.network)));
  void uploads.editDetails([id], {});
  await vi.waitFor(() =>
    expect(item('a')).toMatchObject({
      caption: 'after',
      saveError: null,
      picture: { caption: 'after' },
    }),
  );
});

it('details that are edited during the registration are saved after it', async () => {
  const { uploads, item, api, pictures } = setUp();
  const createPicture = api.createPicture.getMockImplementation()!;
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  api.createPicture.mockImplementation(async (body) => {
    await held;
    return createPicture(body);
  });
  uploads.add([jpeg('a')], 'private');
  await vi.waitFor(() => expect(api.createPicture).toHaveBeenCalled());
  await uploads.editDetails([item('a').id], { caption: 'late' });
  release();
  await vi.waitFor(() => expect([...pictures.values()][0]?.caption).toBe('late'));
});

it('details are saved also after the upload left the list, and a toast reports failures', async () => {
  const { uploads, is, item, add, callOf, api, arrive, pictures } = setUp();
  await add('a', 'b');
  await is('b', 'sending');
  await callOf('b');
  await arrive('a');
  await arrive('b');
  let answer!: () => void;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const change = api.changePicture.getMockImplementation()!;
  api.changePicture.mockImplementation(async (owner, id, wanted) => {
    await held;
    return change(owner, id, wanted);
  });
  const saved = vi.fn();
  void uploads.editDetails([item('a').id, item('b').id], { visibility: 'friends' }).then(saved);
  uploads.clearFinished();
  await vi.advanceTimersByTimeAsync(1000);
  expect([uploads.items.length, uploads.unsaved, saved.mock.calls.length]).toEqual([0, 2, 0]);
  answer();
  await vi.waitFor(() => expect(saved).toHaveBeenCalledWith(null));
  expect([...pictures.values()].map(({ visibility }) => visibility)).toEqual([
    'friends',
    'friends',
  ]);
  expect(uploads.unsaved).toBe(0);

  uploads.add([jpeg('c', 2)], 'public');
  await is('c', 'sending');
  await arrive('c');
  api.changePicture.mockRejectedValueOnce(new NetworkError(null));
  void uploads.editDetails([item('c').id], { visibility: 'private' });
  uploads.clearFinished();
  await vi.waitFor(() =>
    expect(toasts.items.at(-1)?.text).toBe(
      t.upload.edit.failedAfterwards(1, 'c', t.errors.network),
    ),
  );
  expect(uploads.unsaved).toBe(1);
  toasts.items.at(-1)!.action!.run();
  await vi.waitFor(() => expect([...pictures.values()].at(-1)!.visibility).toBe('private'));
  expect([uploads.unsaved, toasts.items.length]).toEqual([0, 0]);

  uploads.add([jpeg('d', 3)], 'public');
  await is('d', 'sending');
  await arrive('d');
  api.changePicture.mockRejectedValue(new NetworkError(null));
  await uploads.editDetails([item('d').id], { visibility: 'private' });
  uploads.clearFinished();
  expect(item('d').saveError).not.toBeNull(); // it stays in the list and shows the reason
  await uploads.dispose();
  expect([uploads.unsaved, toasts.items.length]).toEqual([0, 0]);
});

it('a change elsewhere is shown, and the lists receive only pictures that are saved here', async () => {
  const { uploads, item, add, arrive, pictures, onPicture } = setUp();
  await add('a');
  await arrive('a');
  onPicture.mockClear();
  const picture = pictures.get(item('a').picture!.id)!;
  Object.assign(picture, { caption: 'Ferns', place: 'Freshwater' });
  uploads.handleLiveMessage(liveMessage('picture.changed', { ...picture }));
  expect(item('a').caption).toBe('Ferns');
  expect(onPicture).not.toHaveBeenCalled();
  await uploads.editDetails([item('a').id], { visibility: 'friends' });
  expect(onPicture).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ caption: 'Ferns', place: 'Freshwater', visibility: 'friends' }),
  );
});

it('dispose withdraws unfinished uploads with the given API', async () => {
  const { uploads, add, api } = setUp();
  const lastApi = {
    ...api,
    getPicture: vi.fn(api.getPicture.getMockImplementation()!),
    deletePicture: vi.fn(async () => null),
  };
  const call = await add('a');
  api.getPicture.mockRejectedValue(new ApiError(403, null));
  await uploads.dispose(lastApi as unknown as Api);
  expect(call.options.signal.aborted).toBe(true);
  expect(uploads.items).toEqual([]);
  expect(lastApi.deletePicture).toHaveBeenCalledTimes(1);
  expect([api.getPicture, api.deletePicture].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

it('a picture that takes very long still becomes ready by a live message', async () => {
  const { uploads, is, item, add, pictures } = setUp();
  (await add('a')).finish();
  await vi.advanceTimersByTimeAsync(16 * 60_000);
  expect(item('a').state).toEqual({ name: 'processing', note: t.upload.verySlow });
  const picture = pictures.get(item('a').picture!.id)!;
  picture.state = 'ready';
  uploads.handleLiveMessage(liveMessage('picture.ready', picture));
  await vi.advanceTimersByTimeAsync(1000);
  await is('a', 'ready');
});

it('unsent uploads and uploads that wait for an answer count as unfinished', async () => {
  const { uploads, is, callOf, arrive } = setUp();
  uploads.add(
    ['a', 'b', 'c', 'd'].map((name, i) => jpeg(name, i % 3)),
    'private',
  );
  await is('d', 'duplicate');
  await is('c', 'sending');
  expect(uploads.unfinished).toBe(4);
  const [b, c] = [await callOf('b'), await callOf('c')];
  await arrive('a');
  b.fail(new ApiError(415, 'Send a JPEG.'));
  c.fail(new ApiError(403, 'Not today.'));
  await is('c', 'failed');
  expect(uploads.unfinished).toBe(2);
});

it('a live message ends the wait, and removes a deleted picture', async () => {
  const { uploads, is, state, item, add, pictures } = setUp();
  const call = await add('a');
  const picture = pictures.get(item('a').picture!.id)!;
  call.finish();
  await vi.advanceTimersByTimeAsync(40_000);
  expect(state('a')).toBe('processing');
  picture.state = 'ready';
  uploads.handleLiveMessage(liveMessage('picture.ready', picture));
  await is('a', 'ready');
  uploads.handleLiveMessage({
    type: 'picture.removed',
    id: 'n',
    at: '',
    ownerId: 'me',
    pictureId: picture.id,
  });
  expect(uploads.items).toEqual([]);
});

it('the blob URLs of previews are revoked when uploads leave the list', async () => {
  const revoke = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  vi.mocked(createPreview).mockResolvedValueOnce('blob:1').mockResolvedValueOnce('blob:2');
  const { uploads, item, add } = setUp();
  await add('a', 'b');
  await vi.waitFor(() => expect(item('b').previewUrl).toBe('blob:2'));
  await uploads.dismiss(item('a').id);
  expect(revoke.mock.calls).toEqual([['blob:1']]);
  await uploads.dispose();
  expect(revoke.mock.calls).toEqual([['blob:1'], ['blob:2']]);
});

it('files that are added after dispose are ignored', async () => {
  const { uploads, sendFile } = setUp();
  await uploads.dispose();
  expect(uploads.add([jpeg('a')], 'private')).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(uploads.items).toEqual([]);
  expect(sendFile).not.toHaveBeenCalled();
});

it('an upload fails with a message if its code cannot be loaded', async () => {
  vi.doMock('./upload-picture', () => {
    throw new Error('offline');
  });
  try {
    const { uploads, item, is } = setUp();
    uploads.add([jpeg('a')], 'private');
    await is('a', 'failed');
    expect(item('a').state).toMatchObject({ reason: t.errors.network, retry: false });
  } finally {
    vi.doUnmock('./upload-picture');
  }
});
