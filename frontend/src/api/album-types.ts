/** Types of albums and share links, derived from those of the API. */
import type {
  Album as AlbumReply,
  AlbumMemberChange,
  AlbumPicturesChange,
  Link,
  LinkChange,
  PictureKey,
  Review as FullReview,
} from './schema';

export type {
  AlbumChange,
  AlbumMember,
  AlbumRole,
  Link,
  NewAlbum,
  NewLink,
  PictureKey,
  RefusedPicture,
  RefusedPictures,
} from './schema';

/** Newest added first, or oldest taken first. */
export type AlbumOrder = 'added' | 'taken';
/** An album. A smart one has the code of its rule, and takes no pictures by hand. */
export type Album = AlbumReply & { rule?: string | null };
export type MemberRole = AlbumMemberChange['role'];

/** Pictures to add and to remove, at most 100 in all. */
export type PicturesChange = Partial<AlbumPicturesChange>;
/** Pictures of guests to decide on, at most 100 in all. */
export type Review = Partial<FullReview>;

/** The album or the picture that a link opens. */
export type LinkTarget = { albumId: string } | PictureKey;
/** A link with its address, which the API returns only once. */
export type LinkWithAddress = Link & { url: string; token: string };
/** The part of a link that its owner can change. Null removes a value. */
export type LinkSettings = LinkChange;
