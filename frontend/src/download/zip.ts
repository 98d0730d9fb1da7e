import { makeZip } from 'client-zip';
import type { Page, Picture } from '../api/types';
import { fetchPicture, type FetchOptions, type LoadedFile } from './fetch-picture';
import { createFileNames } from './file-names';

/** The number of pictures that are loaded at a time. A file has up to 50 MB. */
const AHEAD = 3;

export interface ZipSource extends FetchOptions {
  /** Returns a page of the pictures. */
  fetchPage: (cursor: string | null) => Promise<Page>;
}

/** The state of a download. */
export interface ZipProgress {
  /** The pictures in the archive. */
  done: number;
  /** The pictures that could not be loaded. */
  missing: number;
  bytes: number;
}

/**
 * Returns a ZIP archive of all pictures as a stream. At most a few pictures are in memory. Files
 * are stored without compression, because images are compressed.
 */
export function zipPictures(
  source: ZipSource,
  onProgress: (progress: ZipProgress) => void,
): ReadableStream<Uint8Array> {
  return makeZip(createEntries(source, onProgress), { buffersAreUTF8: true });
}

async function* createEntries(source: ZipSource, onProgress: (progress: ZipProgress) => void) {
  const nameOf = createFileNames();
  const progress: ZipProgress = { done: 0, missing: 0, bytes: 0 };
  for await (const { picture, file } of loadAhead(source)) {
    if (!file) {
      progress.missing += 1;
    } else {
      yield {
        name: nameOf(picture, file.contentType),
        input: new File([file.blob], ''),
        lastModified: dateOf(picture),
      };
      progress.done += 1;
      progress.bytes += file.blob.size;
    }
    onProgress({ ...progress });
  }
}

/** Loads the files in their order, a few ahead of the one that is needed. */
async function* loadAhead(
  source: ZipSource,
): AsyncGenerator<{ picture: Picture; file: LoadedFile | null }> {
  const loading: { picture: Picture; file: Promise<LoadedFile | null> }[] = [];
  const takeFirst = async () => {
    const { picture, file } = loading.shift()!;
    return { picture, file: await file };
  };
  for await (const picture of listPictures(source)) {
    const file = fetchPicture(picture, source);
    file.catch(() => undefined); // thrown where it is awaited
    loading.push({ picture, file });
    if (loading.length >= AHEAD) yield await takeFirst();
  }
  while (loading.length > 0) yield await takeFirst();
}

/** Lists each picture once, although an album can change between two pages. */
async function* listPictures({ fetchPage, signal }: ZipSource): AsyncGenerator<Picture> {
  const listed = new Set<string>();
  let cursor: string | null = null;
  do {
    signal.throwIfAborted();
    const page: Page = await fetchPage(cursor);
    for (const picture of page.items) {
      if (picture.state !== 'ready' || listed.has(picture.id)) continue;
      listed.add(picture.id);
      yield picture;
    }
    cursor = page.cursor;
  } while (cursor !== null);
}

/** Returns the time of the picture, or of its upload. ZIP has no times before 1980. */
function dateOf({ takenAt, uploadedAt }: Picture): Date {
  const date = new Date(takenAt ?? uploadedAt ?? NaN);
  return date.getFullYear() >= 1980 ? date : new Date();
}
