import type { PictureKey, RefusedPicture } from '../api/album-types';
import { messageOf } from '../api/errors';
import type { Picture } from '../api/types';

/** The maximum number of pictures in one request. */
export const MAX_PER_REQUEST = 100;

export interface BulkResult {
  /** The ids of the pictures that were changed. */
  changed: string[];
  /** The ids of the pictures that were not changed. */
  refused: string[];
  /** The reasons as sentences, each once. Empty if all pictures were changed. */
  reasons: string;
}

export const keyOf = ({ id, owner }: Pick<Picture, 'id' | 'owner'>): PictureKey => ({
  ownerId: owner.id,
  pictureId: id,
});

/** Divides pictures into chunks, one for each request. */
export function chunksOf(pictures: readonly Picture[]): Picture[][] {
  const count = Math.ceil(pictures.length / MAX_PER_REQUEST);
  return Array.from({ length: count }, (_, i) =>
    pictures.slice(i * MAX_PER_REQUEST, (i + 1) * MAX_PER_REQUEST),
  );
}

/**
 * Changes pictures with one request for each chunk, one after the other. If a request fails, its
 * pictures count as refused, and the next request is sent.
 */
export async function changeInBulk(
  pictures: readonly Picture[],
  send: (keys: PictureKey[]) => Promise<{ refused?: readonly RefusedPicture[] } | null>,
  onProgress: (finished: number) => void = () => undefined,
): Promise<BulkResult> {
  const refused = new Map<string, string>();
  let finished = 0;
  for (const chunk of chunksOf(pictures)) {
    try {
      const reply = await send(chunk.map(keyOf));
      for (const { pictureId, reason } of reply?.refused ?? []) refused.set(pictureId, reason);
    } catch (error) {
      for (const { id } of chunk) refused.set(id, messageOf(error));
    }
    finished += chunk.length;
    onProgress(finished);
  }
  return {
    changed: pictures.map(({ id }) => id).filter((id) => !refused.has(id)),
    refused: [...refused.keys()],
    reasons: [...new Set(refused.values())].join(' '),
  };
}
