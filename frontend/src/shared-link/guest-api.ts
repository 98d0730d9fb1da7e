import { ApiError } from '../api/errors';
import type { NewPicture, Picture } from '../api/types';
import { sharedTexts } from '../texts/shared-link';
import type { UploadApi } from '../upload/upload-api';
import type { SendOptions } from '../upload/steps/send';
import { sendS3Request } from '../upload/steps/s3-request';
import { withoutPosition } from './position';
import type { SharedLink } from './shared-link.svelte';

/** The shortest time to wait for that is given as a time, in seconds. */
const MIN_RETRY_AFTER = 30;

/** Returns the routes of an upload for a guest of a link. `getName` returns the guest's name. */
export function createGuestApi(link: SharedLink, getName: () => string): UploadApi {
  const idsOf = (ownerId: string, id: string) => ({ ownerId, id });

  return {
    async createPicture({ contentType, bytes, caption }: NewPicture) {
      const body = { contentType, bytes, name: getName(), ...(caption && { caption }) };
      const registered = await link
        .check(() => link.api.createPicture(body))
        .catch((error: unknown) => {
          throw explainRefusal(error);
        });
      const { picture, upload, guestKey } = registered;
      link.keys.add({ ownerId: picture.owner.id, id: picture.id }, guestKey);
      return { picture, upload };
    },
    getPicture: (ownerId: string, id: string): Promise<Picture> =>
      link.api.getPicture(idsOf(ownerId, id), link.keys.find(id)),
    async deletePicture(ownerId: string, id: string) {
      const guestKey = link.keys.find(id);
      if (guestKey === undefined) throw new ApiError(404, null);
      await link.api.deletePicture(idsOf(ownerId, id), guestKey);
      link.keys.remove(id);
      return null;
    },
    // Guests find no duplicates, because they have no pictures of their own.
    picturesWithHash: async () => ({ items: [] }),
    signUpload: unavailable,
    changePicture: unavailable,
  };
}

/** Guests send each file in one request, and cannot change a picture. */
const unavailable = (): Promise<never> => Promise.reject(new ApiError(403, null));

/** Sends a whole file in one request, without its GPS position. */
export async function sendGuestFile(
  file: Blob,
  { presignFile, signal, onProgress }: Pick<SendOptions, 'presignFile' | 'signal' | 'onProgress'>,
): Promise<void> {
  const body = await withoutPosition(file);
  await sendS3Request(await presignFile(), {
    body,
    signal,
    onProgress: (bytes) => onProgress(bytes / body.size),
  });
}

/**
 * Returns the error with a sentence for guests. A link that is gone becomes a 400, because no retry
 * can succeed.
 */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { code, notes, retryAfter } = error;
  const { refused } = sharedTexts.add;
  switch (code) {
    case 403:
      return new ApiError(403, notes ?? refused.locked);
    case 404:
      return new ApiError(400, refused.gone);
    // The link was changed at the same time. Like a 403, the person decides when to try again.
    case 409:
      return new ApiError(403, notes ?? refused.changed);
    case 413:
      return new ApiError(413, notes ?? refused.tooLarge);
    case 415:
      return new ApiError(415, refused.type);
    case 429:
      if (retryAfter === null || retryAfter < MIN_RETRY_AFTER) return error;
      return new ApiError(429, notes ?? refused.later(Math.ceil(retryAfter / 60)), retryAfter);
    default:
      return error;
  }
}
