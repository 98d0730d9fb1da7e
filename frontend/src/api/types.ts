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

/** `null` takes it away. */
export type PictureChange = Partial<Pick<Picture, 'caption' | 'visibility' | 'place'>>;

export interface Comment {
  id: string;
  author: Owner;
  text: string;
  createdAt: string;
}

/** What one can be told of. */
export type ActivityType =
  | 'picture.ready'
  | 'picture.changed'
  | 'picture.removed'
  | 'friend.requested'
  | 'friend.accepted'
  | 'friend.removed'
  | 'comment.added'
  | 'comment.removed';

export type Channel = 'live' | 'push' | 'email';

/** By which channels a person is told of what. */
export type Choices = Partial<Record<ActivityType, Channel[]>>;

/** A phone that is told by mobile push. */
export interface Device {
  id: string;
  platform: 'apns' | 'fcm';
}

/** One's own profile. */
export interface Profile extends Person {
  notifications?: Choices;
}

/** One line of the bell. */
export interface Notification {
  id: string;
  type: 'picture.ready' | 'friend.requested' | 'friend.accepted' | 'comment.added';
  at: string;
  /** When it came to be listed, which can be long after it happened. */
  keptAt: string;
  /** Who did it. */
  user: Owner;
  /** The picture that it is about, where it is about one. */
  ownerId?: string | null;
  pictureId?: string | null;
}

export interface NotificationPage extends Page<Notification> {
  /** What was kept later than this is unread; null: all of it. */
  readUntil: string | null;
}

/** One request to S3 that belongs to an upload in parts. */
export type UploadStep =
  | { step: 'create' }
  | { step: 'part'; uploadId: string; number: number }
  | { step: 'list' | 'complete' | 'abort'; uploadId: string };

/** What comes over the WebSocket; `at` is as of when it is so. */
export type LiveMessage =
  | { type: 'picture.ready' | 'picture.changed'; id: string; at: string; ownerId: string; pictureId: string; picture: Picture }
  | { type: 'picture.removed'; id: string; at: string; ownerId: string; pictureId: string }
  | { type: 'friend.requested' | 'friend.accepted' | 'friend.removed'; id: string; at: string; user: Person; state: FriendState | null }
  | { type: 'comment.added'; id: string; at: string; ownerId: string; pictureId: string; comment: Comment }
  | { type: 'comment.removed'; id: string; at: string; ownerId: string; pictureId: string; commentId: string };
