/** Types of albums and share links, derived from those of the API. */
import type { AlbumMemberChange, Link, LinkChange, PictureKey } from './schema';

export type {
  Album,
  AlbumChange,
  AlbumMember,
  AlbumPicturesChange as PicturesChange,
  AlbumRole,
  Link,
  NewAlbum,
  NewLink,
  PictureKey,
  RefusedPicture,
  RefusedPictures,
  Review,
} from './schema';

/** Newest added first, or oldest taken first. */
export type AlbumOrder = 'added' | 'taken';
export type MemberRole = AlbumMemberChange['role'];

/** The album or the picture that a link opens. */
export type LinkTarget = { albumId: string } | PictureKey;
/** A link with its address, which the API returns only once. */
export type LinkWithAddress = Link & { url: string; token: string };
/** The part of a link that its owner can change. Null removes a value. */
export type LinkSettings = LinkChange;
