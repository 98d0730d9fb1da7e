import type { LiveMessage } from '../api/types';

/** Returns the id of the album that a live message is about, or null for other messages. */
export function changedAlbumOf(message: LiveMessage): string | null {
  if ('album' in message) return message.album.id;
  return 'albumId' in message ? message.albumId : null;
}
