// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../api/client';
import { ApiError } from '../api/errors';
import { sharedTexts } from '../texts/shared-link';
import { jpeg } from '../upload/test-cloud';
import { GuestUploads } from './guest-uploads.svelte';
import { explainRefusal, sendGuestFile } from './guest-api';
import { SharedLink } from './shared-link.svelte';
import type { GuestPicture, SharedPicture } from './types';

vi.mock('../upload/steps/s3-request', async (original) => ({
  ...(await original<typeof import('../upload/steps/s3-request')>()),
  sendS3Request: vi.fn(async () => ({ text: '', etag: null })),
}));

const TOKEN = 'token';
const owner = { id: 'ada' };
const album = {
  kind: 'album',
  owner,
  rights: { download: false, upload: true },
  needsPassword: false,
  album: { title: 'Oslo' },
};
const upload = {
  method: 'PUT',
  url: 'https://s3',
  headers: {},
  expiresAt: '2999-01-01T00:00:00Z',
};

/** Replaces the API by one that makes each registered picture ready. */
function createCloud({ waiting = false } = {}) {
  const pictures = new Map<string, SharedPicture>();
  const refusals: ApiError[] = [];
  const call = vi.fn(async (path: string, { method = 'GET', body, headers }: Call = {}) => {
    const [, , id] = path.replace(`/shared/${TOKEN}/`, '').split('/');
    if (path === `/shared/${TOKEN}`) return album;
    if (method === 'POST') {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      const { name, contentType } = body as GuestPicture;
      const id = `p${pictures.size + 1}`;
      const picture = { id, owner, contentType, state: 'ready', guest: { name }, waiting };
      pictures.set(id, picture as SharedPicture);
      return { picture, upload, guestKey: `key-of-${id}` };
    }
    if (id === undefined) return { items: [...pictures.values()], cursor: null };
    const picture = pictures.get(id);
    if (!picture) throw new ApiError(404, null);
    if (method !== 'DELETE') return picture;
    if (headers?.['x-guest-key'] !== `key-of-${id}`) throw new ApiError(403, 'No key.');
    pictures.delete(id);
    return null;
  });
  return { client: { call: call as never }, call, pictures, refusals };
}

let guest: GuestUploads;
let link: SharedLink;
let cloud: ReturnType<typeof createCloud>;

async function open(options?: Parameters<typeof createCloud>[0]) {
  cloud = createCloud(options);
  link = new SharedLink(cloud.client, TOKEN);
  await link.open();
  guest = new GuestUploads(link);
  guest.setName('Grace');
}

function send(files: File[]) {
  guest.drafts.add(files);
  guest.send();
}

const states = () => guest.uploads.items.map(({ state }) => state.name);

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => guest.dispose());

describe('a guest', () => {
  it('sends several pictures under a name, and sees them in the album', async () => {
    await open();
    send([jpeg('a.jpg', 1), jpeg('b.jpg', 2), jpeg('c.jpg', 3)]);
    await vi.waitFor(() => expect(states()).toEqual(['ready', 'ready', 'ready']), 10_000);
    expect([...cloud.pictures.values()].map(({ guest }) => guest?.name)).toEqual(
      Array(3).fill('Grace'),
    );
    expect(guest.own.items.map(({ id }) => id).sort()).toEqual(['p1', 'p2', 'p3']);
    await vi.waitFor(() => expect(link.pictures.items).toHaveLength(3), 10_000);
  });

  it('deletes the own pictures, also after a reload of the page', async () => {
    await open({ waiting: true });
    send([jpeg('a.jpg', 1), jpeg('b.jpg', 2)]);
    await vi.waitFor(() => expect(states()).toEqual(['ready', 'ready']), 10_000);
    guest.dispose();
    const reloaded = new SharedLink(cloud.client, TOKEN);
    await reloaded.open();
    guest = new GuestUploads(reloaded);
    expect(guest.name).toBe('Grace');
    await guest.own.load();
    const waiting = [
      expect.objectContaining({ waiting: true }),
      expect.objectContaining({ waiting: true }),
    ];
    expect(guest.own.items).toEqual(waiting);
    expect(await guest.own.remove(guest.own.items)).toEqual({ removed: 2, failed: 0, reason: '' });
    expect([cloud.pictures.size, guest.own.items.length]).toEqual([0, 0]);
    expect(reloaded.keys.list()).toEqual([]);
  });

  it('keeps a picture in the list if it could not be deleted', async () => {
    await open();
    send([jpeg('a.jpg', 1)]);
    await vi.waitFor(() => expect(states()).toEqual(['ready']), 10_000);
    cloud.call.mockRejectedValueOnce(new ApiError(500, 'Broken.'));
    expect(await guest.own.remove(guest.own.items)).toEqual({
      removed: 0,
      failed: 1,
      reason: 'Broken.',
    });
    expect(guest.own.items).toHaveLength(1);
    expect(guest.uploads.items).toHaveLength(1);
    cloud.pictures.clear(); // the owner of the album deleted it
    expect((await guest.own.remove(guest.own.items)).removed).toBe(1);
    expect(guest.uploads.items).toEqual([]);
  });

  it('captions pictures before they are sent, and removes some', async () => {
    await open();
    const { drafts } = guest;
    drafts.add([jpeg('a.jpg', 1), jpeg('b.jpg', 2)]);
    drafts.add([jpeg('c.jpg', 3)]);
    const [a, b] = drafts.items.map(({ id }) => id) as [string, string];
    drafts.setCaption(a, ' A fern ');
    drafts.setCaption(b, 'Another one');
    drafts.remove(b);
    expect(cloud.call).toHaveBeenCalledTimes(2); // of the link and its pictures
    guest.send();
    expect(drafts.items).toEqual([]);
    await vi.waitFor(() => expect(states()).toEqual(['ready', 'ready']), 10_000);
    const bodies = cloud.call.mock.calls
      .filter(([, request]) => request?.method === 'POST')
      .map(([, request]) => (request!.body as GuestPicture).caption);
    expect(bodies.toSorted()).toEqual(['A fern', undefined]);
  });

  it('is asked before chosen pictures are lost', async () => {
    await open();
    const leave = () => {
      const event = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(leave()).toBe(false);
    guest.drafts.add([jpeg('a.jpg', 1)]);
    expect(leave()).toBe(true);
  });

  it('retries a picture that was refused', async () => {
    await open();
    cloud.refusals.push(new ApiError(429, null, 3_600));
    send([jpeg('a.jpg', 1)]);
    await vi.waitFor(() => expect(states()).toEqual(['failed']), 10_000);
    expect(guest.uploads.items[0]!.state).toMatchObject({
      retry: true,
      reason: sharedTexts.add.refused.later(60),
    });
    guest.uploads.retryAll();
    await vi.waitFor(() => expect(states()).toEqual(['ready']), 10_000);
  });

  it('reads own pictures again after a failure', async () => {
    await open();
    send([jpeg('a.jpg', 1)]);
    await vi.waitFor(() => expect(states()).toEqual(['ready']), 10_000);
    guest.dispose();
    const reloaded = new SharedLink(cloud.client, TOKEN);
    await reloaded.open();
    guest = new GuestUploads(reloaded);
    cloud.call.mockRejectedValueOnce(new ApiError(500, 'Broken.'));
    await guest.own.load();
    expect([guest.own.items, guest.own.error]).toEqual([[], 'Broken.']);
    await guest.own.load();
    expect([guest.own.items.length, guest.own.error]).toEqual([1, null]);
  });

  it('deletes a picture that the link does not show any more', async () => {
    await open();
    send([jpeg('a.jpg', 1)]);
    await vi.waitFor(() => expect(states()).toEqual(['ready']), 10_000);
    guest.dispose();
    guest = new GuestUploads(link);
    cloud.call.mockRejectedValueOnce(new ApiError(404, null)); // a curator removed it
    await guest.own.load();
    expect(guest.own.items).toEqual([{ id: 'p1', owner: { id: 'ada' }, state: 'hidden' }]);
    expect(link.keys.list()).toHaveLength(1);
    expect(await guest.own.remove(guest.own.items)).toMatchObject({ removed: 1, failed: 0 });
    expect([cloud.pictures.size, guest.own.items, link.keys.list()]).toEqual([0, [], []]);
  });

  it('forgets a picture that the owner of the album deleted, once the guest deletes it', async () => {
    await open();
    link.keys.add({ ownerId: 'ada', id: 'deleted' }, 'key');
    await guest.own.load();
    expect(await guest.own.remove(guest.own.items)).toMatchObject({ removed: 1, failed: 0 });
    expect([guest.own.items, link.keys.list()]).toEqual([[], []]);
  });
});

describe('the sentence for a refusal', () => {
  const explain = (code: number, notes: string | null = null, retryAfter: number | null = null) =>
    explainRefusal(new ApiError(code, notes, retryAfter)) as ApiError;
  const { refused } = sharedTexts.add;

  it.each([
    [403, 403, refused.locked],
    [404, 400, refused.gone],
    [409, 403, refused.changed],
    [413, 413, refused.tooLarge],
    [415, 415, refused.type],
  ])('of a %d', (code, newCode, sentence) => {
    expect(explain(code)).toMatchObject({ code: newCode, notes: sentence });
  });

  it('is that of the API, if it has one', () => {
    for (const code of [403, 409, 413, 429])
      expect(explain(code, 'The album is full.', 3_600).notes).toBe('The album is full.');
  });

  it('contains the time to wait, unless it is short', () => {
    expect(explain(429, null, 1_200).notes).toContain('20 minutes');
    expect(explain(429, null, 7_000).notes).toContain('2 hours');
    expect(explain(429, 'Slow down.', 1)).toMatchObject({ notes: 'Slow down.', retryAfter: 1 });
  });
});

it('a file is sent in one request, whatever its size', async () => {
  await open();
  const { sendS3Request } = await import('../upload/steps/s3-request');
  const file = new File([new Uint8Array(20_000_000)], 'large.png');
  const presignFile = vi.fn(async () => upload);
  const signal = new AbortController().signal;
  await sendGuestFile(file, { presignFile, signal, onProgress: () => undefined });
  expect(presignFile).toHaveBeenCalledOnce();
  expect(vi.mocked(sendS3Request).mock.lastCall?.[1].body).toBe(file);
});
