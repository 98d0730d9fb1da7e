/** Returns the id of the album that a live message is about, or null for other messages. */
export function changedAlbumOf(message: { type: string; albumId?: unknown }): string | null {
  const { type, albumId } = message;
  return type === 'album.changed' && typeof albumId === 'string' ? albumId : null;
}
