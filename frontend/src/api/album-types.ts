/** The types of albums and share links. */
import type { Owner, Picture, Visibility } from './types';

/** The roles of members, the one with the fewest rights first. */
export type MemberRole = 'viewer' | 'contributor' | 'curator';
/** The caller's role in an album; null for a person who only may see it. */
export type AlbumRole = MemberRole | 'owner';
/** Newest added first, or oldest taken first. */
export type AlbumOrder = 'added' | 'taken';

export interface PictureKey {
  ownerId: string;
  pictureId: string;
}

export interface Album {
  id: string;
  owner: Owner;
  title: string;
  description?: string | null;
  visibility: Visibility;
  role: AlbumRole | null;
  cover: Picture | null;
  count: number;
  /** The code of a smart album, which takes no pictures by hand. */
  rule?: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface NewAlbum {
  title: string;
  description?: string | null;
  visibility?: Visibility;
}

export interface AlbumChange extends Partial<NewAlbum> {
  cover?: PictureKey;
}

export interface AlbumMember extends Owner {
  role: AlbumRole;
  since: string;
}

/** Pictures to add and to remove, at most 100 in all. */
export interface PicturesChange {
  add?: PictureKey[];
  remove?: PictureKey[];
}

/** A picture that a request did not change. `reason` is a sentence for the member. */
export interface Refusal extends PictureKey {
  reason: string;
}

/** A picture of a guest that waits for approval. */
export type WaitingPicture = Picture & { guest?: { name: string } | null };

/** Pictures of guests to decide on, at most 100 in all. */
export interface Review {
  approve?: PictureKey[];
  reject?: PictureKey[];
}

export interface LinkRights {
  /** Whether visitors can download originals. */
  download: boolean;
  /** Whether visitors can add pictures. */
  upload: boolean;
}

/** The album or the picture that a link opens. */
export type LinkTarget = { albumId: string } | PictureKey;

export interface Link {
  id: string;
  albumId?: string;
  ownerId?: string;
  pictureId?: string;
  name?: string | null;
  expiresAt?: string | null;
  hasPassword: boolean;
  rights: LinkRights;
  review: boolean;
  /** The number of visits, without those of bots and link previews. */
  visits: number;
  lastVisitedAt?: string | null;
  createdAt: string;
}

/** A link with its address, which the API returns only once. */
export interface LinkWithAddress extends Link {
  url: string;
  token: string;
}

/** The part of a link that its owner can change. Null removes a value. */
export interface LinkSettings {
  name?: string | null;
  expiresAt?: string | null;
  password?: string | null;
  download?: boolean;
  upload?: boolean;
  review?: boolean;
}

export type NewLink = LinkTarget & LinkSettings;
