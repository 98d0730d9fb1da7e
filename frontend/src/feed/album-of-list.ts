import type { Album } from '../api/album-types';
import type { Picture } from '../api/types';

/** The album whose pictures a list shows, with the rights of the member. */
export interface AlbumOfList {
  album: Album;
  /** Whether the member can remove the pictures of all people. Each owner can remove their own. */
  canRemoveAll: boolean;
  canChooseCover: boolean;
  emptyNotice: { title: string; text: string; link?: { href: string; label: string } };
  /** Called after pictures were removed, or with the album after its cover was changed. */
  onchange: (album?: Album) => void;
}

/** Whether the member can remove a picture from an album. */
export const canRemove = (
  { album, canRemoveAll }: AlbumOfList,
  { owner }: Picture,
  userId: string | null,
): boolean => !album.smart && (canRemoveAll || owner.id === userId);
