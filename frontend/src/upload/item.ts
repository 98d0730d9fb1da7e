import type { Picture, Visibility } from '../api/types';
import { isSent, type UploadState } from './state';

/** One file on its way to being a picture. */
export interface UploadItem {
  id: string;
  /** The order in which files were added. */
  serial: number;
  file: File;
  /** What its first bytes say; empty until they were read. */
  contentType: string;
  /** Hexadecimal digits; null until it is known. */
  sha256: string | null;
  caption: string;
  visibility: Visibility;
  state: UploadState;
  /** Blob URL of a small likeness, where the browser could make one. */
  preview: string | null;
  /** Once it is registered. */
  picture: Picture | null;
  /** Why caption and visibility as chosen here are not so there. */
  unsaved: string | null;
}

/** Whom a picture is shown to, and what is written below it. */
export type Wording = Pick<UploadItem, 'caption' | 'visibility'>;

/** Files that are sent at the same time. */
const AT_ONCE = 3;

/** Those whose turn it is now, in the order in which they were added. */
export function nextToSend(items: readonly UploadItem[]): UploadItem[] {
  const free = AT_ONCE - items.filter(({ state }) => state.name === 'sending').length;
  const waiting = items
    .filter(({ state }) => state.name === 'waiting')
    .sort((a, b) => a.serial - b.serial);
  return waiting.slice(0, Math.max(0, free));
}

/** Another one with the same bytes among those being added. */
export function twinOf(
  items: readonly UploadItem[],
  id: string,
  sha256: string | null,
): UploadItem | undefined {
  return items.find(
    (item) =>
      item.id !== id && sha256 !== null && item.sha256 === sha256 && item.state.name !== 'failed',
  );
}

/** The picture that it has become, if it has been sent. */
export const pictureOf = ({ state, picture }: UploadItem): Picture | null =>
  isSent(state) ? picture : null;
