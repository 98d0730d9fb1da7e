/** The types of the routes of a share link. */
import type { Owner, Page, SharedLink, SharedPicture } from '../api/types';

export type { AlbumOrder } from '../api/album-types';
export type {
  GuestPicture,
  GuestRegistration,
  LinkSession,
  SharedLink as LinkReply,
  SharedPicture,
} from '../api/types';

export type SharedPage = Page<SharedPicture>;

/** The reply for a link that needs no password, or whose visitor gave it. */
export type OpenLink = SharedLink & { owner: Owner };

/** Returns `true` unless the link waits for its password. */
export const isOpen = (link: SharedLink): link is OpenLink => link.owner !== undefined;
