import type { Picture } from '../api/types';
import { endsSoon } from '../picture/presigned-url';

/** The attempts to load a file, and the delay before the second one, which then doubles. */
const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 1_000;

export interface FetchOptions {
  /** Returns the picture with new URLs. */
  renew: (picture: Picture) => Promise<Picture>;
  signal: AbortSignal;
  fetch?: typeof fetch;
  sleep?: (ms: number) => Promise<void>;
}

/** A loaded file, with its type. */
export interface LoadedFile {
  blob: Blob;
  contentType: string;
}

/** Returns the URL of the original where the viewer may have it, or of the large rendition. */
export const bestUrlOf = ({ original, renditions }: Picture): string | null =>
  original?.url ?? renditions?.large.url ?? null;

/**
 * Loads the original, or the large rendition. Returns null if it cannot be loaded, for example
 * because the picture was deleted. Throws if `signal` aborts.
 */
export async function fetchPicture(
  picture: Picture,
  {
    renew,
    signal,
    fetch: load = (input, init) => fetch(input, init),
    sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }: FetchOptions,
): Promise<LoadedFile | null> {
  let known = picture;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    signal.throwIfAborted();
    if (attempt > 0) await sleep(FIRST_DELAY_MS * 2 ** (attempt - 1));
    if (attempt > 0 || endsSoon(bestUrlOf(known) ?? '')) known = await renew(known);
    const file = await loadOnce(known, load, signal);
    if (file) return file;
  }
  return null;
}

async function loadOnce(
  picture: Picture,
  load: typeof fetch,
  signal: AbortSignal,
): Promise<LoadedFile | null> {
  const url = bestUrlOf(picture);
  if (url === null) return null;
  try {
    const reply = await load(url, { signal, cache: 'no-store', referrerPolicy: 'no-referrer' });
    if (!reply.ok) return null;
    const contentType = reply.headers.get('content-type') ?? '';
    return { blob: await reply.blob(), contentType: typeOf(picture, contentType) };
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** The type of an original is in the picture. S3 repeats the type that the uploader declared. */
const typeOf = ({ original, contentType }: Picture, replied: string) =>
  original ? contentType : replied;
