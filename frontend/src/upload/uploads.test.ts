import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError, NetworkError } from '../api/errors';
import type { NewPicture, Picture, PictureChange } from '../api/types';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import type { Sender, SenderEvents } from './sender';
import { Uploads } from './uploads.svelte';

const jpeg = (name: string, ...rest: number[]) =>
  new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 2, ...rest])], name);
const owner = { id: 'me' };

/** An API that keeps pictures, and a sender that sends when it is told to. */
function world({ has = [] as Picture[] } = {}) {
  const pictures = new Map<string, Picture>();
  let next = 0;
  const read = (id: string) => {
    const picture = pictures.get(id);
    if (!picture) throw new ApiError(404, null);
    return { ...picture };
  };
  const api = {
    createPicture: vi.fn(async (body: NewPicture) => {
      const picture = {
        id: `p${(next += 1)}`,
        owner,
        state: 'awaitingUpload',
        caption: null,
        ...body,
      } as Picture;
      pictures.set(picture.id, picture);
      return {
        picture,
        upload: {
          method: 'PUT',
          url: 'https://s3',
          headers: {},
          expiresAt: '2999-01-01T00:00:00Z',
        },
      };
    }),
    signUpload: vi.fn(async () => ({
      method: 'PUT',
      url: 'https://s3',
      headers: {},
      expiresAt: '2999-01-01T00:00:00Z',
    })),
    picturesWithHash: vi.fn(async () => ({ items: has })),
    getPicture: vi.fn(async (_: string, id: string) => read(id)),
    changePicture: vi.fn(async (_: string, id: string, change: PictureChange) =>
      Object.assign(pictures.get(id)!, change),
    ),
    deletePicture: vi.fn(async (_: string, id: string) => (pictures.delete(id), null)),
  };
  let events!: SenderEvents;
  const sender = {
    start: vi.fn<Sender['start']>(),
    pause: vi.fn(),
    restart: vi.fn(),
    cancel: vi.fn(async () => undefined),
  };
  const around = { online: true };
  const onPicture = vi.fn();
  const uploads = new Uploads(api as unknown as Api, {
    onPicture,
    online: () => around.online,
    load: async () => ({ createSender: (given) => ((events = given), sender) }),
  });
  const item = (name: string) => uploads.items.find(({ file }) => file.name === name)!;
  const state = (name: string) => item(name)?.state.name;
  return {
    ...{ api, pictures, sender, around, onPicture, uploads, item, state },
    events: () => events,
    /** The file arrives at S3 and is worked on. */
    async arrive(name: string, becomes: Partial<Picture> = { state: 'ready' }) {
      const { id } = item(name);
      await events.sign(id, null);
      Object.assign(pictures.get(item(name).picture!.id)!, becomes);
      events.onSent(id);
      await vi.advanceTimersByTimeAsync(1000);
    },
    is: (name: string, wanted: string) => vi.waitFor(() => expect(state(name)).toBe(wanted)),
  };
}

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    }),
);
afterEach(() => void vi.useRealTimers());

it('sends three at a time, in the order in which they were chosen, and tells what becomes of them', async () => {
  const { uploads, is, state, arrive, onPicture, sender } = world();
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
  expect(sender.start).toHaveBeenCalledTimes(4);
  await arrive('a', { state: 'failed', failure: 'No picture in there.' });
  expect(uploads.items.find(({ file }) => file.name === 'a')!.state).toMatchObject({
    name: 'failed',
    reason: 'No picture in there.',
    retry: false,
  });
});

it('asks before it sends what one has already', async () => {
  const known = { id: 'old', owner, state: 'ready' } as Picture;
  const { uploads, is, item, sender } = world({ has: [known] });
  uploads.add([jpeg('a')], 'private');
  await is('a', 'duplicate');
  expect(item('a').state).toEqual({ name: 'duplicate', of: known });
  expect(uploads.unfinished).toBe(1);
  uploads.accept(item('a').id);
  await is('a', 'sending');
  expect(sender.start).toHaveBeenCalledTimes(1);
});

it('notices the same file twice', async () => {
  const { uploads, state } = world();
  uploads.add([jpeg('a', 7), jpeg('b', 7)], 'private');
  const states = () => [state('a'), state('b')].sort();
  // Whichever is read first is sent.
  await vi.waitFor(() => expect(states()).toEqual(['duplicate', 'sending']));
  uploads.leaveAll();
  expect(states()).toEqual(['sending', undefined]);
});

it('sends without having asked where that fails', async () => {
  const { uploads, is, api } = world();
  api.picturesWithHash.mockRejectedValue(new NetworkError(null));
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
});

it('waits while offline, and goes on by itself', async () => {
  const { uploads, is, state, item, sender, around } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  around.online = false;
  uploads.offline();
  expect(state('a')).toBe('interrupted');
  await vi.waitFor(() => expect(sender.pause).toHaveBeenCalledWith(item('a').id));
  uploads.add([jpeg('b', 1)], 'private');
  await is('b', 'waiting');
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([state('a'), state('b')]).toEqual(['interrupted', 'waiting']);
  around.online = true;
  uploads.online();
  await is('a', 'sending');
  await is('b', 'sending');
});

it('tries again by itself, ever later, and gives up only when nothing came through for long', async () => {
  const { uploads, is, state, item, events } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  for (let i = 0; i < 7; i += 1) {
    events().onError(item('a').id, new Error('Network error during S3 request'));
    expect(state('a')).toBe('interrupted');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(state('a')).toBe('sending');
  }
  events().onError(item('a').id, new Error('Network error during S3 request'));
  expect(item('a').state).toMatchObject({ name: 'failed', reason: t.upload.lost, retry: true });
  uploads.retry(item('a').id);
  await is('a', 'sending');
});

it('counts anew whenever a byte more has arrived', async () => {
  const { uploads, is, state, item, events } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  for (let i = 1; i < 20; i += 1) {
    events().onProgress(item('a').id, i / 20);
    events().onError(item('a').id, new Error('Network error during S3 request'));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(state('a')).toBe('sending');
  }
});

it('finds out that the bytes had arrived, however the reply was lost', async () => {
  const s3 = (status: number) => Object.assign(new Error('no'), { status });
  for (const error of [s3(412), s3(404), new ApiError(409, 'It was uploaded.')]) {
    const { uploads, is, item, events, pictures } = world();
    uploads.add([jpeg('a')], 'private');
    await is('a', 'sending');
    await events().sign(item('a').id, { step: 'create' });
    pictures.get(item('a').picture!.id)!.state = 'ready';
    events().onError(item('a').id, error);
    await vi.advanceTimersByTimeAsync(1000);
    await is('a', 'ready');
  }
});

it('begins anew where S3 does not know the parts any more', async () => {
  const { uploads, is, item, events, sender, api } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  await events().sign(item('a').id, { step: 'create' });
  events().onError(item('a').id, Object.assign(new Error('no'), { status: 404 }));
  await is('a', 'interrupted');
  expect(sender.restart).toHaveBeenCalledWith(item('a').id);
  await vi.advanceTimersByTimeAsync(5000);
  await is('a', 'sending');
  await events().sign(item('a').id, { step: 'create' });
  expect(api.createPicture).toHaveBeenCalledTimes(1);
});

it('says what the API said, and registers once however often it is asked', async () => {
  const { uploads, is, item, events, api } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  await Promise.all([events().sign(item('a').id, null), events().sign(item('a').id, null)]);
  expect(api.createPicture).toHaveBeenCalledTimes(1);
  events().onError(item('a').id, new ApiError(415, 'Send a JPEG.'));
  expect(item('a').state).toMatchObject({ name: 'failed', reason: 'Send a JPEG.', retry: false });
});

it('pauses and goes on, one or all', async () => {
  const { uploads, is, state, item, sender } = world();
  uploads.add(
    ['a', 'b', 'c', 'd'].map((name, i) => jpeg(name, i)),
    'private',
  );
  await is('d', 'waiting');
  uploads.pause(item('a').id);
  expect(state('a')).toBe('paused');
  await is('d', 'sending');
  await vi.waitFor(() => expect(sender.pause).toHaveBeenCalledWith(item('a').id));
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

it('withdraws what was registered and is cancelled, but never what has arrived', async () => {
  const { uploads, is, item, events, api, pictures, arrive } = world();
  uploads.add([jpeg('a', 1), jpeg('b', 2)], 'private');
  await is('b', 'sending');
  await events().sign(item('a').id, null);
  uploads.dismiss(item('a').id);
  await vi.waitFor(() => expect(api.deletePicture).toHaveBeenCalledTimes(1));
  await arrive('b');
  uploads.clearFinished();
  await vi.advanceTimersByTimeAsync(1000);
  expect([...pictures.values()].map(({ state }) => state)).toEqual(['ready']);
});

it('gives caption and audience before, while and after it is sent', async () => {
  const { uploads, is, item, events, api, arrive, pictures } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  const { id } = item('a');
  uploads.word([id], { caption: 'before' });
  await events().sign(id, null);
  expect(api.createPicture).toHaveBeenCalledWith(
    expect.objectContaining({ caption: 'before', visibility: 'private' }),
  );
  uploads.word([id], { caption: 'while', visibility: 'friends' });
  await vi.waitFor(() =>
    expect([...pictures.values()][0]).toMatchObject({ caption: 'while', visibility: 'friends' }),
  );
  await arrive('a');
  api.changePicture.mockRejectedValueOnce(new NetworkError(null));
  uploads.word([id], { caption: 'after' });
  await vi.waitFor(() => expect(item('a').unsaved).toBe(t.upload.edit.failed(t.errors.network)));
  uploads.word([id], {});
  await vi.waitFor(() =>
    expect(item('a')).toMatchObject({
      caption: 'after',
      unsaved: null,
      picture: { caption: 'after' },
    }),
  );
});

it('saves what was worded also when it goes off the list, and says so when that fails', async () => {
  const { uploads, is, item, api, arrive, pictures } = world();
  uploads.belongTo('me');
  uploads.add(
    ['a', 'b'].map((name, i) => jpeg(name, i)),
    'public',
  );
  await is('b', 'sending');
  await arrive('a');
  await arrive('b');
  let answer!: () => void;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const change = api.changePicture.getMockImplementation()!;
  api.changePicture.mockImplementation(
    async (owner, id, wanted) => (await held, change(owner, id, wanted)),
  );
  const saved = vi.fn();
  void uploads.word([item('a').id, item('b').id], { visibility: 'private' }).then(saved);
  uploads.clearFinished();
  await vi.advanceTimersByTimeAsync(1000);
  expect([uploads.items.length, uploads.unsaved, saved.mock.calls.length]).toEqual([0, 2, 0]);
  answer();
  await vi.waitFor(() => expect(saved).toHaveBeenCalledWith(null));
  expect([...pictures.values()].map(({ visibility }) => visibility)).toEqual([
    'private',
    'private',
  ]);
  expect(uploads.unsaved).toBe(0);

  uploads.add([jpeg('c', 2)], 'public');
  await is('c', 'sending');
  await arrive('c');
  api.changePicture.mockRejectedValueOnce(new NetworkError(null));
  void uploads.word([item('c').id], { visibility: 'private' });
  uploads.clearFinished();
  await vi.waitFor(() =>
    expect(toasts.items.at(-1)?.text).toBe(t.upload.edit.failedLeft(1, 'c', t.errors.network)),
  );
  expect(uploads.unsaved).toBe(1);
  toasts.items.at(-1)!.action!.run();
  await vi.waitFor(() => expect([...pictures.values()].at(-1)!.visibility).toBe('private'));
  expect([uploads.unsaved, toasts.items.length]).toEqual([0, 0]);

  uploads.add([jpeg('d', 3)], 'public');
  await is('d', 'sending');
  await arrive('d');
  api.changePicture.mockRejectedValue(new NetworkError(null));
  await uploads.word([item('d').id], { visibility: 'private' });
  uploads.clearFinished();
  expect(item('d').unsaved).not.toBeNull(); // it says why, and so stays
  uploads.belongTo(null);
  expect([uploads.unsaved, toasts.items.length]).toEqual([0, 0]);
});

it('leaves to the lists what they are told themselves, and gives them what the server says after a change', async () => {
  const { uploads, is, item, arrive, pictures, onPicture } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  await arrive('a');
  onPicture.mockClear();
  const picture = pictures.get(item('a').picture!.id)!;
  Object.assign(picture, { caption: 'Ferns', place: 'Freshwater' });
  uploads.hear({
    type: 'picture.changed',
    id: 'm',
    at: '',
    ownerId: 'me',
    pictureId: picture.id,
    picture: { ...picture },
  });
  expect(item('a').caption).toBe('Ferns');
  expect(onPicture).not.toHaveBeenCalled();
  await uploads.word([item('a').id], { visibility: 'friends' });
  expect(onPicture).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ caption: 'Ferns', place: 'Freshwater', visibility: 'friends' }),
  );
});

it('takes back with the keys of who has left what they had begun', async () => {
  const { uploads, is, item, events, api } = world();
  const theirs = {
    ...api,
    getPicture: vi.fn(api.getPicture.getMockImplementation()!),
    deletePicture: vi.fn(async () => null),
  };
  uploads.belongTo('me');
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  await events().sign(item('a').id, null);
  api.getPicture.mockRejectedValue(new ApiError(403, null));
  uploads.belongTo(null, theirs as unknown as Api);
  uploads.belongTo('bela');
  await vi.waitFor(() => expect(theirs.deletePicture).toHaveBeenCalledTimes(1));
  expect([api.getPicture, api.deletePicture].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

it('says that it takes very long, and still hears when it is ready', async () => {
  const { uploads, is, item, events, pictures } = world();
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  await events().sign(item('a').id, null);
  events().onSent(item('a').id);
  await vi.advanceTimersByTimeAsync(16 * 60_000);
  expect(item('a').state).toEqual({ name: 'processing', note: t.upload.verySlow });
  const picture = pictures.get(item('a').picture!.id)!;
  picture.state = 'ready';
  uploads.hear({
    type: 'picture.ready',
    id: 'm',
    at: '',
    ownerId: 'me',
    pictureId: picture.id,
    picture,
  });
  await vi.advanceTimersByTimeAsync(1000);
  await is('a', 'ready');
});

it('counts as unfinished what is not sent or waits for an answer, and nothing else', async () => {
  const { uploads, is, item, events, arrive } = world();
  uploads.add(
    ['a', 'b', 'c', 'd'].map((name, i) => jpeg(name, i % 3)),
    'private',
  );
  await is('d', 'duplicate');
  await is('c', 'sending');
  expect(uploads.unfinished).toBe(4);
  await arrive('a');
  events().onError(item('b').id, new ApiError(415, 'Send a JPEG.'));
  events().onError(item('c').id, new ApiError(403, 'Not today.'));
  expect(uploads.unfinished).toBe(2);
});

it('ends the wait when it is told, and lets go with the person', async () => {
  const { uploads, is, state, item, events, pictures, sender } = world();
  uploads.belongTo('me');
  uploads.add([jpeg('a')], 'private');
  await is('a', 'sending');
  const { id } = item('a');
  await events().sign(id, null);
  const picture = pictures.get(item('a').picture!.id)!;
  events().onSent(id);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(state('a')).toBe('processing');
  picture.state = 'ready';
  uploads.hear({
    type: 'picture.ready',
    id: 'm',
    at: '',
    ownerId: 'me',
    pictureId: picture.id,
    picture,
  });
  await is('a', 'ready');
  uploads.hear({ type: 'picture.removed', id: 'n', at: '', ownerId: 'me', pictureId: picture.id });
  expect(uploads.items).toEqual([]);

  uploads.add([jpeg('b', 1)], 'private');
  await is('b', 'sending');
  uploads.belongTo(null);
  expect(uploads.items).toEqual([]);
  await vi.waitFor(() => expect(sender.cancel).toHaveBeenCalled());
});
