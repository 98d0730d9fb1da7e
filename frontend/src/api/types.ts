/** The API's contract, made from the functions' own types: change those. Times are RFC 3339. */

/** The kinds of activity, by which subscribers filter and people choose. */
export type ActivityType = "picture.ready" | "picture.changed" | "picture.removed" | "friend.requested" | "friend.accepted" | "friend.removed" | "comment.added" | "comment.removed";

/** A way on which a person is told. */
export type Channel = "live" | "push" | "email";

/** Which kinds of activity a person wants to be told of, and how. What they have not chosen reaches them live and in no other way. */
export type Choices = { [key in ActivityType]?: Array<Channel> };

/** The `comment` of the API. */
export type Comment = {
  id: string;
  author: Owner;
  text: string;
  createdAt: string;
};

/** The types of picture that can be uploaded. */
export type ContentType = "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/avif" | "image/heic";

/** A device as its owner sees it. */
export type Device = {
  id: string;
  platform: Platform;
};

/** Somebody, with what they are to the caller. */
export type Friend = {
  state: FriendState;
  /** Since when (RFC 3339). */
  since: string;
  id: string;
  handle: string;
  firstName: string;
  lastName: string;
};

/** What one person is to another, as the first one sees it. */
export type FriendState = "friends" | "requested" | "invited";

/** Where a picture was taken (WGS 84). Its owner's alone. */
export type Gps = {
  /** Degrees, north positive. */
  latitude: number;
  /** Degrees, east positive. */
  longitude: number;
  /** Metres above the sea. */
  altitude?: number | null;
};

/** What comes over the WebSocket when something happens. */
export type LiveMessage = {
  /** The activity's: who has seen it drops it. */
  id: string;
  /** As of when it is so (RFC 3339, UTC). Messages may overtake each other: of those about one thing the latest counts. */
  at: string;
} & ({
  "type": "picture.ready";
  picture: Picture;
  /** Whose picture it is. */
  ownerId: string;
  /** Which of the owner's pictures. */
  pictureId: string;
} | {
  "type": "picture.changed";
  picture: Picture;
  /** Whose picture it is. */
  ownerId: string;
  /** Which of the owner's pictures. */
  pictureId: string;
} | {
  "type": "picture.removed";
  /** Whose picture it is. */
  ownerId: string;
  /** Which of the owner's pictures. */
  pictureId: string;
} | {
  "type": "friend.requested";
  user: Owner;
  state: FriendState | null;
} | {
  "type": "friend.accepted";
  user: Owner;
  state: FriendState | null;
} | {
  "type": "friend.removed";
  user: Owner;
  state: FriendState | null;
} | {
  "type": "comment.added";
  comment: Comment;
  /** Whose picture it is. */
  ownerId: string;
  /** Which of the owner's pictures. */
  pictureId: string;
} | {
  "type": "comment.removed";
  commentId: string;
  /** Whose picture it is. */
  ownerId: string;
  /** Which of the owner's pictures. */
  pictureId: string;
});

/** What the camera wrote about how the picture was taken: the part that others may see too. */
export type Metadata = {
  /** Make and model, the make not repeated: `Canon EOS 5D`. */
  camera?: string | null;
  /** Lens model. */
  lens?: string | null;
  /** Seconds as photographers write them: `1/250`, `2.5`. */
  exposure?: string | null;
  /** The f-number. */
  aperture?: number | null;
  /** ISO speed. */
  iso?: number | null;
  /** Millimetres. */
  focalLength?: number | null;
};

/** The body of a new comment. */
export type NewComment = {
  text: string;
};

/** The body of `POST /pictures`. */
export type NewPicture = {
  contentType: string;
  bytes: number;
  caption?: string;
  visibility?: Visibility;
};

/** The body of `POST /users` and `PUT /users/{id}`. */
export type NewProfile = {
  handle: string;
  firstName: string;
  lastName: string;
  notifications?: Choices;
};

/** The `notification` of the API: one line of the bell. */
export type Notification = {
  /** The activity's, as in messages to open pages. */
  id: string;
  type: "picture.ready" | "friend.requested" | "friend.accepted" | "comment.added";
  /** When it happened (RFC 3339, UTC). */
  at: string;
  /** When it came to be listed, which can be long after it happened: tells whether it has been read. */
  keptAt: string;
  /** Who did it. */
  user: Owner;
  ownerId?: string | null;
  pictureId?: string | null;
};

/** A page of the bell: the `data` of `GET /notifications`. */
export type NotificationPage = {
  /** What was kept later than this is unread; null: all of it. */
  readUntil: string | null;
  /** In the order of the list. */
  items: Array<Notification>;
  /** Where to read on; null: there are no more. */
  cursor: string | null;
};

/** The file as it was uploaded. */
export type Original = {
  url: string;
};

/** A person, as everyone may know them. Only the id is known of somebody who has not made a profile. */
export type Owner = {
  id: string;
  handle?: string | null;
  firstName?: string | null;
  lastName?: string | null;
};

/** The `data` of a page of a list. */
export type Page<Item = Picture> = {
  /** In the order of the list. */
  items: Array<Item>;
  /** Where to read on; null: there are no more. */
  cursor: string | null;
};

/** A person with a profile, as others may know them. */
export type Person = {
  id: string;
  handle: string;
  firstName: string;
  lastName: string;
};

/** The `picture` of the API. */
export type Picture = {
  id: string;
  owner: Owner;
  state: PictureState;
  /** Why it failed, in a sentence for its owner. */
  failure?: string | null;
  visibility: Visibility;
  caption?: string | null;
  place?: string | null;
  /** When the shutter opened; local time without an offset where the camera knew none. */
  takenAt?: string | null;
  uploadedAt: string;
  /** Pixels, upright; null until it has been read. */
  width?: number | null;
  /** The same. */
  height?: number | null;
  /** As recognised from the bytes; until then as declared. */
  contentType: ContentType;
  bytes: number;
  /** Base64. */
  thumbhash?: string | null;
  renditions?: Renditions | null;
  metadata: Metadata;
  /** For the owner only. */
  original?: Original | null;
  /** For the owner only. */
  gps?: Gps | null;
};

/** The body of `PATCH /pictures/{ownerId}/{id}`. What is left away stays; `null` and an empty text remove. */
export type PictureChange = {
  caption?: string | null;
  place?: string | null;
  visibility?: Visibility;
};

/** How far a picture has come. */
export type PictureState = "awaitingUpload" | "processing" | "ready" | "failed";

/** Who takes messages to a device. */
export type Platform = "apns" | "fcm";

/** A profile as one particular reader may see it. */
export type Profile = {
  createdAt: string;
  /** Every kind of activity; only for the person themselves. */
  notifications?: Choices;
  id: string;
  handle: string;
  firstName: string;
  lastName: string;
};

/** Until when somebody has read: the body of `PUT /notifications`. */
export type ReadUntil = {
  readUntil: string;
};

/** The `data` of the reply. */
export type Registered = {
  picture: Picture;
  upload: Upload;
};

/** A picture in one size. */
export type Rendition = {
  url: string;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Length of the object in bytes. */
  bytes: number;
};

/** A picture in the sizes it is shown in. */
export type Renditions = {
  /** 320 pixels on the long edge, for grids. */
  small: Rendition;
  /** 1600 pixels on the long edge, for one picture alone. */
  large: Rendition;
};

/** What the other one is to the caller now: the `data` of a change. */
export type Standing = {
  id: string;
  state: FriendState | null;
};

/** One request that a client sends to upload the bytes of a picture, or some of them. */
export type Upload = {
  /** `PUT` where bytes are sent. */
  method: string;
  /** Presigned. */
  url: string;
  /** All of them are signed: the client sends exactly these. */
  headers: Record<string, string>;
  /** Until when the upload may begin (UTC). */
  expiresAt: string;
};

/** The body of `POST /pictures/{ownerId}/{id}/upload`: which request is to be signed. */
export type UploadStep = {
  step: "create" | "part" | "list" | "complete" | "abort";
  uploadId?: string;
  number?: number;
};

/** Who may see a picture besides its owner. */
export type Visibility = "private" | "friends" | "public";
