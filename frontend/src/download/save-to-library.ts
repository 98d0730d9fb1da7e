import type { Picture } from '../api/types';
import type { Uploads } from '../upload/uploads.svelte';
import { fetchPicture, type FetchOptions } from './fetch-picture';
import { createFileNames } from './file-names';

/**
 * Uploads a copy of another person's picture as the member's own, which only the member can see.
 * Takes the original where the member may download it, and the large rendition otherwise. Keeps the
 * caption. Returns `false` if the picture could not be loaded, or if the member signed out
 * meanwhile.
 */
export async function saveToLibrary(
  picture: Picture,
  uploads: Pick<Uploads, 'add'>,
  options: FetchOptions,
): Promise<boolean> {
  const file = await fetchPicture(picture, options);
  if (!file) return false;
  const name = createFileNames()(picture, file.contentType);
  const copy = new File([file.blob], name, { type: file.contentType });
  return uploads.add([copy], 'private', () => picture.caption ?? '');
}
