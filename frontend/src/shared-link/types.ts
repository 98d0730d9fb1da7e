/** The types of the routes of a share link. */
import type { AlbumOrder, LinkRights } from '../api/album-types';
import type { ContentType, Owner, Page, Picture, Upload } from '../api/types';

export type { AlbumOrder };

/** A picture as the visitors of a share link see it. */
export interface SharedPicture extends Picture {
  /** The guest who sent the picture. */
  guest?: { name: string } | null;
  /** Whether the picture waits for the approval of the album's owner. Only its guest sees it. */
  waiting?: boolean;
}

export interface SharedAlbum {
  title: string;
  description?: string | null;
  count?: number;
}

/** Everything about a share link that its visitors may know. A locked link has no more than this. */
interface LockedLink {
  kind: 'album' | 'picture';
  rights: LinkRights;
  needsPassword: boolean;
}

export interface OpenLink extends LockedLink {
  title?: string | null;
  owner: Owner;
  album?: SharedAlbum | null;
  picture?: SharedPicture | null;
}

export type LinkReply = LockedLink | OpenLink;

/** Returns `true` unless the link waits for its password. */
export const isOpen = (link: LinkReply): link is OpenLink =>
  Boolean(('album' in link && link.album) || ('picture' in link && link.picture));

/** Proves for some time that the visitor gave the password. */
export interface UnlockedSession {
  session: string;
  expiresAt: string;
}

export interface NewGuestPicture {
  contentType: ContentType;
  bytes: number;
  /** The name of the guest. */
  name: string;
  caption?: string;
}

export interface GuestRegistration {
  picture: SharedPicture;
  upload: Upload;
  /** Lets the guest read and delete the picture. */
  guestKey: string;
}

export type SharedPage = Page<SharedPicture>;
