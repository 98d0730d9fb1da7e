import type { UploadApi } from '../upload-api';
import type { Picture } from '../../api/types';

/** Returns the SHA-256 of a file in hexadecimal digits, or `null` if the file cannot be read. */
export async function hashFile(file: Blob): Promise<string | null> {
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), toHex).join('');
  } catch {
    return null;
  }
}

const toHex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Milliseconds that the search for a duplicate can delay an upload. */
const SEARCH_TIMEOUT_MS = 8_000;

/**
 * Returns the person's own picture with these bytes.
 * Returns `null` if there is none, and if the search fails or takes too long.
 */
export async function findOwnPicture(api: UploadApi, sha256: string): Promise<Picture | null> {
  const search = api.picturesWithHash(sha256).then(
    ({ items }) => items.find(hasArrived) ?? null,
    () => null,
  );
  const timeout = new Promise<null>((resolve) => setTimeout(resolve, SEARCH_TIMEOUT_MS, null));
  return Promise.race([search, timeout]);
}

const hasArrived = ({ state }: Picture) => state === 'ready' || state === 'processing';
