/** The types of the API, generated from Rust: edit the Rust types. Times are RFC 3339. */

/** The kind of a change, by which subscribers filter and members choose their notifications. */
export type ActivityType =
  | "picture.ready"
  | "picture.changed"
  | "picture.removed"
  | "friend.requested"
  | "friend.accepted"
  | "friend.removed"
  | "comment.added"
  | "comment.removed";

/** The `data` of the reply to `PUT` and `DELETE /blocks/{userId}`. */
export type Block = { id: string; blocked: boolean };

/** A way by which the application reaches a member. */
export type Channel = "live" | "push" | "email";

/**
 * The channels that a member chose for each type of activity. Types without a choice use
 * [`Channel::Live`] alone.
 */
export type Choices = { [key in ActivityType]?: Array<Channel> };

/** The `comment` of the API. */
export type Comment = { id: string; author: Owner; text: string; createdAt: string };

/** The supported types of picture. */
export type ContentType = "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/avif" | "image/heic";

/** A device as its owner sees it. */
export type Device = { id: string; platform: Platform };

/** A member, and the friendship in the view of the caller. */
export type Friend = {
  state: FriendState;
  /** The time of the last change (UTC). */
  since: string;
  id: string;
  handle: string;
  firstName: string;
  lastName: string;
};

/** The state of a friendship from the view of one member. */
export type FriendState = "friends" | "requested" | "invited";

/** A GPS position (WGS 84). Only the owner sees it. */
export type Gps = {
  /** Degrees, north positive. */
  latitude: number;
  /** Degrees, east positive. */
  longitude: number;
  /** Metres above sea level. */
  altitude?: number | null;
};

/** A message about a change. */
export type LiveMessage = {
  /** The id of the activity. Discard a message with the same id as an earlier message. */
  id: string;
  /** The time of the snapshot (RFC 3339, UTC). Discard older messages about the same object. */
  at: string;
} & (
  | {
      type: "picture.ready";
      picture: Picture;
      /** The owner. */
      ownerId: string;
      /** The picture, unique within its owner. */
      pictureId: string;
    }
  | {
      type: "picture.changed";
      picture: Picture;
      /** The owner. */
      ownerId: string;
      /** The picture, unique within its owner. */
      pictureId: string;
    }
  | {
      type: "picture.removed";
      /** The owner. */
      ownerId: string;
      /** The picture, unique within its owner. */
      pictureId: string;
    }
  | { type: "friend.requested"; user: Owner; state: FriendState | null }
  | { type: "friend.accepted"; user: Owner; state: FriendState | null }
  | { type: "friend.removed"; user: Owner; state: FriendState | null }
  | {
      type: "comment.added";
      comment: Comment;
      /** The owner. */
      ownerId: string;
      /** The picture, unique within its owner. */
      pictureId: string;
    }
  | {
      type: "comment.removed";
      commentId: string;
      /** The owner. */
      ownerId: string;
      /** The picture, unique within its owner. */
      pictureId: string;
    }
);

/** The camera metadata, visible to every viewer. */
export type Metadata = {
  /** Make and model without a repeated make: `Canon EOS 5D`. */
  camera?: string | null;
  /** The lens model. */
  lens?: string | null;
  /** The exposure time in seconds, as photographers write it: `1/250`, `2.5`. */
  exposure?: string | null;
  /** The f-number. */
  aperture?: number | null;
  /** The ISO speed. */
  iso?: number | null;
  /** In millimetres. */
  focalLength?: number | null;
};

/** The body of `POST /pictures/{ownerId}/{id}/comments`. */
export type NewComment = { text: string };

/**
 * The body of `POST /pictures`. Required fields are optional here, so that
 * [`Registration::into_picture`] can report a missing field by name.
 */
export type NewPicture = { contentType: string; bytes: number; caption?: string; visibility?: Visibility };

/**
 * The body of `POST /users` and `PUT /users/{id}`. Required fields are optional here, so that
 * [`ProfileInput::into_user`] can report a missing field by name.
 */
export type NewProfile = {
  handle: string;
  firstName: string;
  /** Absent or empty for a person with one name. */
  lastName?: string;
  notifications?: Choices;
  /** Whether other members find the person by name. */
  findable?: boolean;
};

/** A notification of the API. */
export type Notification = {
  /** The id of the activity, as in messages to open pages. */
  id: string;
  type: "picture.ready" | "friend.requested" | "friend.accepted" | "comment.added";
  /** The time of the activity (RFC 3339, UTC). */
  at: string;
  /**
   * The time (RFC 3339, UTC) at which the notification was stored, which can be long after `at`.
   * Compare this time with `readUntil`.
   */
  keptAt: string;
  /** The member who caused the activity. */
  user: Owner;
  ownerId?: string | null;
  pictureId?: string | null;
};

/** The `data` of `GET /notifications`. */
export type NotificationPage = {
  /**
   * Notifications with a later `keptAt` are unread. Null if the member never marked
   * notifications as read.
   */
  readUntil: string | null;
  /** The items in the order of the list. */
  items: Array<Notification>;
  /** The cursor of the next page; null on the last page. */
  cursor: string | null;
};

/** The uploaded file. */
export type Original = { url: string };

/** A member as everyone sees them. Only the id is set if the member has no profile. */
export type Owner = { id: string; handle?: string | null; firstName?: string | null; lastName?: string | null };

/** A page of a list: the `data` of a reply. */
export type Page<Item = Picture> = {
  /** The items in the order of the list. */
  items: Array<Item>;
  /** The cursor of the next page; null on the last page. */
  cursor: string | null;
};

/** A member with a profile, as other members see them. */
export type Person = { id: string; handle: string; firstName: string; lastName: string };

/** The `picture` of the API. */
export type Picture = {
  id: string;
  owner: Owner;
  state: PictureState;
  /** The reason of a failure, as a sentence for the owner. */
  failure?: string | null;
  visibility: Visibility;
  caption?: string | null;
  place?: string | null;
  /** The time of the place, with its offset if known; `Z` if only UTC is known. */
  takenAt?: string | null;
  uploadedAt: string;
  /** Pixels, upright; null until the picture is processed. */
  width?: number | null;
  /** Pixels, upright; null until the picture is processed. */
  height?: number | null;
  /** Detected from the bytes, or as declared until the picture is processed. */
  contentType: ContentType;
  bytes: number;
  /** A placeholder image, base64. */
  thumbhash?: string | null;
  renditions?: Renditions | null;
  metadata: Metadata;
  /** Visible to the owner only. */
  original?: Original | null;
  /** Visible to the owner only. */
  gps?: Gps | null;
};

/**
 * The body of `PATCH /pictures/{ownerId}/{id}`. Omitted fields stay unchanged. `null` removes a
 * field, and a blank text removes the caption or the place.
 */
export type PictureChange = {
  caption?: string | null;
  place?: string | null;
  takenAt?: string | null;
  visibility?: Visibility;
};

/** The processing state of a picture. */
export type PictureState = "awaitingUpload" | "processing" | "ready" | "failed";

/** A number of pictures and the bytes of their originals. */
export type PictureUsage = {
  /** The number of pictures. */
  pictures: number;
  /** The length of their originals, as registered. */
  bytes: number;
};

/** The push service of a device. */
export type Platform = "apns" | "fcm";

/** A profile with the fields that the reader can view. */
export type Profile = {
  createdAt: string;
  /** The channels of every type of activity. Only the member can view them. */
  notifications?: Choices;
  /** Whether other members find the person by name. Only the member can view it. */
  findable?: boolean;
  id: string;
  handle: string;
  firstName: string;
  lastName: string;
};

/** The limits of each member. Template parameters set them. */
export type QuotaLimits = {
  /** The maximum number of pictures, in any state. */
  pictures: number;
  /** The maximum total length of the originals, in bytes. */
  bytes: number;
  /** Pictures registered in a day, deleted ones included. */
  picturesPerDay: number;
  /**
   * The bytes of the originals registered in a day, deleted ones and repeated multipart uploads
   * included.
   */
  bytesPerDay: number;
  /** Registered pictures that are not rendered yet. */
  openRegistrations: number;
  /** Comments written in an hour, deleted ones included. */
  commentsPerHour: number;
  /** Friend requests sent in a day, withdrawn ones included. */
  friendRequestsPerDay: number;
  /** Devices that receive push messages. */
  devices: number;
  /** Open WebSocket connections, in all browser tabs and on all devices. */
  connections: number;
};

/** The body of `PUT /notifications`, with the time up to which the caller has read notifications. */
export type ReadUntil = { readUntil: string };

/** The `data` of the reply to `POST /pictures`. */
export type Registered = { picture: Picture; upload: Upload };

/** One rendition of a picture. */
export type Rendition = {
  url: string;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** The length of the object in bytes. */
  bytes: number;
};

/** The renditions of a picture. */
export type Renditions = {
  /** At most 320 pixels on the long edge, for grids. */
  small: Rendition;
  /** At most 1600 pixels on the long edge, for a single picture. */
  large: Rendition;
};

/**
 * The `data` of the reply to `PUT` and `DELETE /friends/{id}`: the other member, and the state of
 * the friendship in the view of the caller.
 */
export type Standing = { id: string; state: FriendState | null };

/** One presigned S3 request of the upload of a picture. */
export type Upload = {
  /** The HTTP method. `PUT` if the request sends bytes of the picture. */
  method: string;
  /** The URL, with the signature in its query. */
  url: string;
  /** The headers that the client must send exactly, because the signature covers them. */
  headers: Record<string, string>;
  /** The time (UTC) by which the request must start. */
  expiresAt: string;
};

/** The body of `POST /pictures/{ownerId}/{id}/upload`. It describes the request to presign. */
export type UploadStep = {
  step: "create" | "part" | "list" | "complete" | "abort";
  uploadId?: string;
  number?: number;
};

/** The `data` of the reply to `GET /users/{id}/usage`. */
export type Usage = {
  /** The pictures registered since 00:00 UTC, deleted ones included. */
  today: PictureUsage;
  limits: QuotaLimits;
  /** The number of pictures. */
  pictures: number;
  /** The length of their originals, as registered. */
  bytes: number;
};

/** The readers who can view a picture besides its owner; see [`crate::access`]. */
export type Visibility = "private" | "friends" | "public";
