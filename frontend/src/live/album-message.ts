/** Returns the id of the album that a live message is about, or null for other messages. */
export function changedAlbumOf(message: { type?: unknown; albumId?: unknown }): string | null {
  const { type, albumId } = message;
  const isAboutAlbum = typeof type === 'string' && type.startsWith('album.');
  return isAboutAlbum && typeof albumId === 'string' ? albumId : null;
}
