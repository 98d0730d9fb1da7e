/** The API's contract as the app reads it. Times are RFC 3339 in UTC unless said otherwise. */

export type PictureState = 'awaitingUpload' | 'processing' | 'ready' | 'failed';
export type Visibility = 'private' | 'friends' | 'public';

export interface Person {
  id: string;
  handle: string;
  firstName: string;
  lastName: string;
}

/** What somebody is to me: I asked them, they asked me, or both agreed. */
export type FriendState = 'friends' | 'requested' | 'invited';

export interface Friend extends Person {
  state: FriendState;
  since: string;
}

export type NewProfile = Omit<Person, 'id'>;

/** Whose picture it is; only the id is known of somebody without a profile. */
export interface Owner {
  id: string;
  handle?: string | null;
  firstName?: string | null;
  lastName?: string | null;
}

export interface Rendition {
  url: string;
  /** Pixels. */
  width: number;
  height: number;
  bytes: number;
}

export interface Metadata {
  camera?: string | null;
  lens?: string | null;
  /** Seconds, as photographers write them: `1/250`. */
  exposure?: string | null;
  /** The f-number. */
  aperture?: number | null;
  iso?: number | null;
  /** Millimetres. */
  focalLength?: number | null;
}

export interface Picture {
  id: string;
  owner: Owner;
  state: PictureState;
  /** Why it failed, in a sentence for its owner. */
  failure?: string | null;
  visibility: Visibility;
  caption?: string | null;
  place?: string | null;
  /** When the shutter opened; without an offset where the camera knew none. */
  takenAt?: string | null;
  uploadedAt?: string | null;
  /** Pixels, upright; absent until it has been read. */
  width?: number | null;
  height?: number | null;
  contentType: string;
  bytes: number;
  /** Base64. */
  thumbhash?: string | null;
  renditions?: { small?: Rendition | null; large?: Rendition | null } | null;
  metadata?: Metadata | null;
  /** For the owner only. */
  original?: { url: string } | null;
  gps?: { latitude: number; longitude: number; altitude?: number | null } | null;
}

export interface NewPicture {
  contentType: string;
  bytes: number;
  caption?: string;
  visibility?: Visibility;
}

/** A presigned request: the bytes go to `url` with exactly these headers. */
export interface Upload {
  method: string;
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

export interface Page<Item = Picture> {
  items: Item[];
  cursor: string | null;
}

export type PictureChange = Partial<Pick<Picture, 'caption' | 'visibility'>>;
