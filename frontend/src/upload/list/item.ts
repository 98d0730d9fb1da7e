import type { Picture, Visibility } from '../../api/types';
import { hasArrived, INITIAL_STATE, type UploadState } from './state';

/** A file in the list of uploads. */
export interface UploadItem {
  id: string;
  /** Position in the order in which files were added. */
  serial: number;
  file: File;
  /** In hexadecimal digits. `null` until it is computed. */
  sha256: string | null;
  caption: string;
  visibility: Visibility;
  state: UploadState;
  /** Blob URL of a small copy. `null` if the browser cannot decode the file. */
  previewUrl: string | null;
  /** `null` until the picture is registered. */
  picture: Picture | null;
  /** A message about details that could not be saved. */
  saveError: string | null;
}

export type PictureDetails = Pick<UploadItem, 'caption' | 'visibility'>;

export function createItem(
  file: File,
  visibility: Visibility,
  serial: number,
  caption = '',
): UploadItem {
  return {
    id: crypto.randomUUID(),
    serial,
    file,
    sha256: null,
    caption,
    visibility,
    state: INITIAL_STATE,
    previewUrl: null,
    picture: null,
    saveError: null,
  };
}

/** Returns another listed file with these bytes. Ignores failed uploads. */
export function findDuplicate(
  items: readonly UploadItem[],
  id: string,
  sha256: string,
): UploadItem | undefined {
  return items.find(
    (item) => item.id !== id && item.sha256 === sha256 && item.state.name !== 'failed',
  );
}

/** Returns the picture of an upload, or null if its bytes have not arrived. */
export const arrivedPicture = ({ state, picture }: UploadItem): Picture | null =>
  hasArrived(state) ? picture : null;
