// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { Picture } from '../api/types';
import { downloadTexts } from '../texts/downloads';
import { AlbumDownload, explain } from './album-download.svelte';
import { MAX_MEMORY_BYTES, toMemory, TooLargeError } from './destination';
import { fetchPicture } from './fetch-picture';
import { createFileNames, safeName } from './file-names';
import { saveToLibrary } from './save-to-library';
import { zipPictures } from './zip';

const never = new AbortController().signal;
const sleep = () => Promise.resolve();

/** Returns a picture whose large rendition is at `https://site/ID`. */
const picture = (id: string, more: Partial<Picture> = {}) =>
  ({
    id,
    owner: { id: 'ada' },
    state: 'ready',
    contentType: 'image/heic',
    renditions: { large: { url: `https://site/${id}` }, small: { url: '' } },
    ...more,
  }) as Picture;
const withOriginal = (id: string) =>
  picture(id, { original: { url: `https://s3/${id}` } as never });

/** Replies with the URL as content, unless `fails` returns true. */
const load = (fails: (url: string) => boolean = () => false) =>
  vi.fn(async (input: RequestInfo | URL) => {
    const url = String(input);
    if (fails(url)) return new Response('', { status: 403 });
    return new Response(url, { headers: { 'content-type': 'image/jpeg' } });
  });

const source = (pictures: Picture[], more: object = {}) => ({
  fetchPage: async (cursor: string | null) => {
    const start = Number(cursor ?? 0);
    const end = start + 2;
    return { items: pictures.slice(start, end), cursor: end < pictures.length ? `${end}` : null };
  },
  renew: async (picture: Picture) => picture,
  signal: never,
  fetch: load(),
  sleep,
  ...more,
});

/** Returns the names of the files in an archive, from its central directory. */
function namesIn(zip: Uint8Array): string[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const names: string[] = [];
  for (let at = 0; at + 46 <= zip.length; at += 1) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const length = view.getUint16(at + 28, true);
    names.push(new TextDecoder().decode(zip.subarray(at + 46, at + 46 + length)));
  }
  return names;
}

const read = async (stream: ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(stream as never).arrayBuffer());

describe('the name of a file', () => {
  it('has the time, the caption and the extension, and is unique', () => {
    const nameOf = createFileNames();
    const oslo = picture('1', { takenAt: '2024-05-02T14:30:00+02:00', caption: 'Oslo' });
    expect([
      nameOf(oslo, 'image/jpeg'),
      nameOf({ ...oslo, caption: 'OSLO' }, 'image/jpeg'),
      nameOf(oslo, 'image/heic'),
      nameOf(picture('2'), 'image/webp; x=1'),
      nameOf(picture('3'), 'image/webp'),
    ]).toEqual([
      '2024-05-02 14.30.00 Oslo.jpg',
      '2024-05-02 14.30.00 OSLO (2).jpg',
      '2024-05-02 14.30.00 Oslo.heic',
      'Picture.webp',
      'Picture (2).webp',
    ]);
  });

  it.each([
    ['../../etc/passwd', 'etc passwd'],
    ['a/b\\c:d*e?"<f>|g\u0000', 'a b c d e f g'],
    ['…\u202egpj.exe', '… gpj.exe'],
    [' . ', ''],
    ['CON', 'CON_'],
    ['Grüße 🌞', 'Grüße 🌞'],
    ['x'.repeat(500), 'x'.repeat(60)],
  ])('is safe: %j', (text, name) => expect(safeName(text)).toBe(name));
});

describe('a file', () => {
  it('is the original where the viewer may have it, and the large rendition otherwise', async () => {
    const options = { renew: vi.fn(), signal: never, fetch: load(), sleep };
    const [original, rendition] = [
      await fetchPicture(withOriginal('1'), options),
      await fetchPicture(picture('2'), options),
    ];
    expect(await original!.blob.text()).toBe('https://s3/1');
    expect(original!.contentType).toBe('image/heic');
    expect(await rendition!.blob.text()).toBe('https://site/2');
    expect(rendition!.contentType).toBe('image/jpeg');
  });

  it('is loaded again with a new URL after a failure', async () => {
    const fetch = load((url) => url.endsWith('old'));
    const renew = vi.fn(async () => picture('new'));
    const file = await fetchPicture(picture('old'), { renew, signal: never, fetch, sleep });
    expect(await file!.blob.text()).toBe('https://site/new');
    expect(renew).toHaveBeenCalledOnce();
  });

  it('is missing after four failures', async () => {
    const fetch = load(() => true);
    const renew = async (picture: Picture) => picture;
    expect(await fetchPicture(picture('1'), { renew, signal: never, fetch, sleep })).toBeNull();
    expect(fetch).toHaveBeenCalledTimes(4);
  });
});

describe('an archive', () => {
  it('has each picture once, over all pages, and reports its progress', async () => {
    const pictures = [picture('1'), withOriginal('2'), picture('2'), picture('3'), picture('4')];
    const progress = vi.fn();
    const zip = await read(zipPictures(source(pictures), progress));
    expect(namesIn(zip)).toEqual([
      'Picture.jpg',
      'Picture.heic',
      'Picture (2).jpg',
      'Picture (3).jpg',
    ]);
    expect(new TextDecoder().decode(zip)).toContain('https://s3/2');
    expect(progress).toHaveBeenLastCalledWith({ done: 4, missing: 0, bytes: 54 });
  });

  it('leaves out pictures that cannot be loaded, and counts them', async () => {
    const fetch = load((url) => url.endsWith('2'));
    const progress = vi.fn();
    const pictures = [picture('1'), picture('2'), picture('3', { state: 'processing' })];
    const zip = await read(zipPictures(source(pictures, { fetch }), progress));
    expect(namesIn(zip)).toEqual(['Picture.jpg']);
    expect(progress).toHaveBeenLastCalledWith({ done: 1, missing: 1, bytes: 14 });
  });

  it('has only a few pictures in memory, however many the album has', async () => {
    const pictures = Array.from({ length: 40 }, (_, index) => picture(`${index}`));
    const fetch = load();
    const reader = zipPictures(source(pictures, { fetch }), () => undefined).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(6);
    await reader.cancel().catch(() => undefined); // client-zip throws the reason
  });
});

describe('a download', () => {
  const start = (write: (stream: ReadableStream<Uint8Array>) => Promise<void>) => {
    const download = new AlbumDownload(async () => ({ write }));
    return { download, running: download.start('Oslo/2024', source([picture('1')])) };
  };

  it('is done when everything is written', async () => {
    let bytes = 0;
    const { download, running } = start(async (stream) => {
      bytes = (await read(stream)).length;
    });
    vi.stubGlobal('fetch', load());
    await running;
    vi.unstubAllGlobals();
    expect([download.state, download.progress.done, bytes > 100]).toEqual(['done', 1, true]);
  });

  it('can be cancelled', async () => {
    const choose = async () => ({
      write: (_: ReadableStream<Uint8Array>, signal: AbortSignal) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    const download = new AlbumDownload(choose);
    const running = download.start('Oslo', source([picture('1')]));
    await vi.waitFor(() => expect(download.state).toBe('running'));
    download.cancel();
    await running;
    expect([download.state, download.error]).toEqual(['cancelled', null]);
  });

  it('does not begin if the person closes the dialog', async () => {
    const download = new AlbumDownload(async () => null);
    await download.start('Oslo', source([]));
    expect(download.state).toBe('idle');
  });

  it('reports the reason of a failure', async () => {
    const { download, running } = start(() => Promise.reject(new ApiError(404, 'Gone.')));
    await running;
    expect([download.state, download.error]).toEqual(['failed', 'Gone.']);
    expect(explain(new DOMException('', 'QuotaExceededError'))).toBe(downloadTexts.failed.full);
    expect(explain(new TypeError('failed'))).toBe(downloadTexts.failed.network);
    expect(explain(new TooLargeError())).toContain('500 MB');
  });

  it('in memory ends at a limit', async () => {
    const file = { name: 'a.zip', type: 'application/zip', extension: '.zip' } as const;
    const offer = vi.fn();
    const stream = () => new Response(new Uint8Array(100)).body as ReadableStream<Uint8Array>;
    await toMemory(file, 100, offer).write(stream(), never);
    expect(offer).toHaveBeenCalledWith(expect.objectContaining({ size: 100 }), 'a.zip');
    await expect(toMemory(file, 99, offer).write(stream(), never)).rejects.toThrow(TooLargeError);
    expect(offer).toHaveBeenCalledOnce();
    expect(MAX_MEMORY_BYTES).toBe(500_000_000);
  });
});

it('a copy for the own library is private and keeps the caption', async () => {
  const add = vi.fn(() => true);
  const options = { renew: async (same: Picture) => same, signal: never, fetch: load(), sleep };
  const shown = { ...withOriginal('1'), caption: 'Oslo' };
  expect(await saveToLibrary(shown, { add }, options)).toBe(true);
  const [[file], visibility, captionOf] = add.mock.lastCall as unknown as [
    File[],
    string,
    (file: File) => string,
  ];
  expect([file!.name, file!.type, visibility, captionOf(file!)]).toEqual([
    'Oslo.heic',
    'image/heic',
    'private',
    'Oslo',
  ]);
  const broken = { ...options, fetch: load(() => true) };
  expect(await saveToLibrary(shown, { add }, broken)).toBe(false);
  expect(add).toHaveBeenCalledOnce();
});
