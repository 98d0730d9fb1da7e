# Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.
"""The objects of requests and replies."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from typing_extensions import NotRequired


class AlbumMemberChange(TypedDict):
    """
    The body of `PUT /albums/{albumId}/members/{userId}`.
    """

    role: Literal['viewer', 'contributor', 'curator']


AlbumNotices: TypeAlias = Literal['all', 'none']


class AlbumNotifications(TypedDict):
    """
    The `data` of the replies of `/albums/{albumId}/notifications`.
    """

    pictures: AlbumNotices


class AlbumNotificationsChange(TypedDict):
    """
    The body of `PUT /albums/{albumId}/notifications`.
    """

    pictures: AlbumNotices


AlbumRole: TypeAlias = Literal['viewer', 'contributor', 'curator', 'owner']


class Block(TypedDict):
    """
    The `data` of the reply to `PUT` and `DELETE /blocks/{userId}`.
    """

    blocked: bool
    id: str


Channel: TypeAlias = Literal['live', 'push', 'email']


Choices = TypedDict(
    'Choices',
    {
        'album.changed': NotRequired[list[Channel]],
        'album.memberAdded': NotRequired[list[Channel]],
        'album.picturesAdded': NotRequired[list[Channel]],
        'album.picturesWaiting': NotRequired[list[Channel]],
        'comment.added': NotRequired[list[Channel]],
        'comment.removed': NotRequired[list[Channel]],
        'friend.accepted': NotRequired[list[Channel]],
        'friend.removed': NotRequired[list[Channel]],
        'friend.requested': NotRequired[list[Channel]],
        'picture.changed': NotRequired[list[Channel]],
        'picture.ready': NotRequired[list[Channel]],
        'picture.removed': NotRequired[list[Channel]],
    },
)


ContentType: TypeAlias = Literal['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/heic']


class CreatedKey(TypedDict):
    """
    A new developer key.
    """

    id: str
    key: str
    name: str


Sha256Item: TypeAlias = str


class FileHashes(TypedDict):
    """
    The body of `POST /pictures/known`.
    """

    sha256: list[Sha256Item]


FriendState: TypeAlias = Literal['friends', 'requested', 'invited']


class Gps(TypedDict):
    """
    A GPS position (WGS 84). Only the owner sees it.
    """

    altitude: NotRequired[float]
    latitude: float
    longitude: float


class Guest(TypedDict):
    """
    The person without an account who sent a picture by a share link.
    """

    name: str


class GuestPicture(TypedDict):
    """
    The body of `POST /shared/{token}/pictures`.
    """

    bytes: int
    caption: NotRequired[str | None]
    contentType: ContentType
    name: str


class KeyLimits(TypedDict):
    """
    The limits of each developer key. Template parameters set them.
    """

    burst: int
    callsPerDay: int
    callsPerSecond: int


class KeyUsage(TypedDict):
    """
    The calls of a day.
    """

    calls: int
    date: str


class KnownPicture(TypedDict):
    """
    A picture with the hash of its original.
    """

    pictureId: str
    sha256: str


class KnownPictures(TypedDict):
    """
    The `data` of `POST /pictures/known`.
    """

    items: list[KnownPicture]


class LinkChange(TypedDict):
    """
    The body of `PATCH /links/{linkId}`. Omitted fields stay unchanged. `null` removes a field, and a blank text removes the name.
    """

    download: NotRequired[bool | None]
    expiresAt: NotRequired[str | None]
    name: NotRequired[str | None]
    password: NotRequired[str | None]
    review: NotRequired[bool | None]
    upload: NotRequired[bool | None]


LinkKind: TypeAlias = Literal['album', 'picture']


class LinkPassword(TypedDict):
    """
    The body of `POST /shared/{token}/unlock`.
    """

    password: str


class LinkRights(TypedDict):
    """
    The rights of the visitors of a link besides viewing.
    """

    download: bool
    upload: bool


class LinkSession(TypedDict):
    """
    The `data` of the reply to `POST /shared/{token}/unlock`.
    """

    expiresAt: str
    session: str


class Metadata(TypedDict):
    """
    The camera metadata, visible to every viewer.
    """

    aperture: NotRequired[float]
    camera: NotRequired[str]
    exposure: NotRequired[str]
    focalLength: NotRequired[float]
    iso: NotRequired[int]
    lens: NotRequired[str]


class NewComment(TypedDict):
    """
    The body of `POST /pictures/{ownerId}/{id}/comments`.
    """

    text: str


class NewKey(TypedDict):
    """
    The body of `POST /keys`.
    """

    name: str


class NewLink(TypedDict):
    """
    The body of `POST /links`: an album or a picture, and the settings of the link.
    """

    albumId: NotRequired[str | None]
    download: NotRequired[bool | None]
    expiresAt: NotRequired[str | None]
    name: NotRequired[str | None]
    ownerId: NotRequired[str | None]
    password: NotRequired[str | None]
    pictureId: NotRequired[str | None]
    review: NotRequired[bool | None]
    upload: NotRequired[bool | None]


class NewProfile(TypedDict):
    """
    The body of `POST /users` and `PUT /users/{id}`.
    """

    findable: NotRequired[bool | None]
    firstName: str
    handle: str
    lastName: NotRequired[str | None]
    notifications: NotRequired[Choices | None]


class NotifiedAlbum(TypedDict):
    """
    The album that a notification is about, now.
    """

    count: int
    guests: list[str]
    id: str
    title: str


class ObjectId(TypedDict):
    """
    The `data` of a reply that contains only the id of the object.
    """

    id: str


class Original(TypedDict):
    """
    The uploaded file.
    """

    url: str


class Owner(TypedDict):
    """
    A member as everyone sees them. Only the id is set if the member has no profile.
    """

    firstName: str | None
    handle: str | None
    id: str
    lastName: str | None


class Person(TypedDict):
    """
    A member with a profile, as other members see them.
    """

    firstName: str
    handle: str
    id: str
    lastName: str


class PersonPage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Person]


class PictureKey(TypedDict):
    """
    The key of the Pictures table.
    """

    ownerId: str
    pictureId: str


PictureState: TypeAlias = Literal['awaitingUpload', 'processing', 'ready', 'failed']


class PictureUsage(TypedDict):
    """
    A number of pictures and the bytes of their originals.
    """

    bytes: int
    pictures: int


Platform: TypeAlias = Literal['apns', 'fcm']


class Profile(TypedDict):
    """
    A profile with the fields that the reader can view.
    """

    createdAt: str
    findable: NotRequired[bool]
    firstName: str
    handle: str
    id: str
    lastName: str
    notifications: NotRequired[Choices]


class ProfilePage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Profile]


class QuotaLimits(TypedDict):
    """
    The limits of each member. Template parameters set them.
    """

    bytes: int
    bytesPerDay: int
    commentsPerHour: int
    connections: int
    devices: int
    friendRequestsPerDay: int
    openRegistrations: int
    pictures: int
    picturesPerDay: int


class ReadMarker(TypedDict):
    """
    The `data` of the reply to `PUT /notifications`, with the current read marker.
    """

    readUntil: str


class ReadUntil(TypedDict):
    """
    The body of `PUT /notifications`, with the time up to which the caller has read notifications.
    """

    readUntil: str


class RefusedPicture(TypedDict):
    """
    A picture that a call did not change.
    """

    ownerId: str
    pictureId: str
    reason: str


class RefusedPictures(TypedDict):
    """
    The `data` of a call that changes many pictures of an album: those that it did not change.
    """

    refused: list[RefusedPicture]


class Rendition(TypedDict):
    """
    One rendition of a picture.
    """

    bytes: int
    height: int
    url: str
    width: int


class Renditions(TypedDict):
    """
    The renditions of a picture.
    """

    large: Rendition
    small: Rendition


class Review(TypedDict):
    """
    The body of `POST /albums/{albumId}/waiting`.
    """

    approve: NotRequired[list[PictureKey]]
    reject: NotRequired[list[PictureKey]]


class RuleError(TypedDict):
    """
    An error in a rule.
    """

    column: int
    line: int
    message: str


class RuleFailure(TypedDict):
    """
    The error of a rule for one picture.
    """

    column: int
    line: int
    message: str
    pictureId: str


class RuleFields(TypedDict):
    """
    The values of a picture that a rule reads. `None` is `None` in the rule. In JSON, a value that is missing is None, an empty text or 0, and an unknown name is an error.
    """

    aperture: NotRequired[float | None]
    bytes: NotRequired[int]
    camera: NotRequired[str | None]
    caption: NotRequired[str | None]
    content_type: NotRequired[str]
    day: NotRequired[int | None]
    exposure: NotRequired[float | None]
    focal_length: NotRequired[float | None]
    height: NotRequired[int | None]
    hour: NotRequired[int | None]
    id: NotRequired[str]
    iso: NotRequired[int | None]
    latitude: NotRequired[float | None]
    lens: NotRequired[str | None]
    longitude: NotRequired[float | None]
    month: NotRequired[int | None]
    place: NotRequired[str | None]
    taken: NotRequired[str | None]
    visibility: NotRequired[str]
    width: NotRequired[int | None]
    year: NotRequired[int | None]


class RuleResult(TypedDict):
    """
    The result of a rule for a picture.
    """

    matches: bool
    pictureId: str


RuleState: TypeAlias = Literal['running', 'complete', 'full']


class SourceAlbum(TypedDict):
    """
    The album because of which a list contains a picture.
    """

    id: str
    title: str


class Standing(TypedDict):
    """
    The `data` of the reply to `PUT` and `DELETE /friends/{id}`: the other member, and the state of the friendship in the view of the caller.
    """

    id: str
    state: FriendState | None


class Status(TypedDict):
    """
    The `data` of `GET /status`.
    """

    serverStartTime: int
    serverStartTimeFormatted: str
    serverTime: int
    serverTimeFormatted: str
    status: str
    version: str


class Upload(TypedDict):
    """
    One presigned S3 request of the upload of a picture.
    """

    expiresAt: str
    headers: dict[str, str]
    method: str
    url: str


class UploadStep(TypedDict):
    """
    The body of `POST /pictures/{ownerId}/{id}/upload`. It describes the request to presign.
    """

    number: NotRequired[int | None]
    step: Literal['create', 'part', 'list', 'complete', 'abort']
    uploadId: NotRequired[str | None]


class Usage(TypedDict):
    """
    The `data` of the reply to `GET /users/{id}/usage`.
    """

    bytes: int
    limits: QuotaLimits
    pictures: int
    today: PictureUsage


Visibility: TypeAlias = Literal['private', 'friends', 'public']


class AlbumChange(TypedDict):
    """
    The body of `PATCH /albums/{albumId}`. Omitted fields stay unchanged. A blank or null description removes it. A null cover removes the choice. A blank or null rule removes the rule of a smart album, whose pictures people choose then.
    """

    cover: NotRequired[PictureKey | None]
    description: NotRequired[str | None]
    rule: NotRequired[str | None]
    title: NotRequired[str | None]
    visibility: NotRequired[Visibility | None]


class AlbumMember(TypedDict):
    """
    A member of an album.
    """

    firstName: str
    handle: str
    id: str
    lastName: str
    role: AlbumRole
    since: str


class AlbumMemberPage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[AlbumMember]


class AlbumMembership(TypedDict):
    """
    The `data` of the reply to `PUT` and `DELETE /albums/{albumId}/members/{userId}`.
    """

    id: str
    role: AlbumRole | None


class AlbumPicturesChange(TypedDict):
    """
    The body of `POST /albums/{albumId}/pictures`.
    """

    add: NotRequired[list[PictureKey]]
    remove: NotRequired[list[PictureKey]]


class Comment(TypedDict):
    """
    The `comment` of the API.
    """

    author: Owner
    createdAt: str
    id: str
    text: str


class CommentPage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Comment]


class Device(TypedDict):
    """
    A device as its owner sees it.
    """

    id: str
    platform: Platform


class DeviceList(TypedDict):
    """
    The `data` of `GET /devices`. There are no pages, because a member has few devices.
    """

    items: list[Device]


class Evaluation(TypedDict):
    """
    The `data` of `POST /rules/evaluate`.
    """

    cases: list[bool]
    error: NotRequired[RuleError]
    results: list[RuleResult]


class Friend(TypedDict):
    """
    A member, and the friendship in the view of the caller.
    """

    firstName: str
    handle: str
    id: str
    lastName: str
    since: str
    state: FriendState


class FriendPage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Friend]


class Key(TypedDict):
    """
    A developer key as its owner sees it.
    """

    callsToday: int
    createdAt: str
    id: str
    name: str
    usage: list[KeyUsage]


class KeyList(TypedDict):
    """
    The `data` of `GET /keys`. There are no pages, because a member has few keys.
    """

    items: list[Key]
    limits: KeyLimits


class Link(TypedDict):
    """
    The `link` of the API.
    """

    albumId: NotRequired[str]
    createdAt: str
    expiresAt: str | None
    hasPassword: bool
    id: str
    lastVisitedAt: str | None
    name: str | None
    ownerId: NotRequired[str]
    pictureId: NotRequired[str]
    review: bool
    rights: LinkRights
    token: NotRequired[str]
    url: NotRequired[str]
    visits: int


class LinkPage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Link]


class NewAlbum(TypedDict):
    """
    The body of `POST /albums`.
    """

    description: NotRequired[str | None]
    rule: NotRequired[str | None]
    title: str
    visibility: NotRequired[Visibility | None]


class NewDevice(TypedDict):
    """
    The body of `POST /devices`.
    """

    platform: Platform
    token: str


class NewPicture(TypedDict):
    """
    The body of `POST /pictures`.
    """

    bytes: int
    caption: NotRequired[str | None]
    contentType: ContentType
    visibility: NotRequired[Visibility | None]


class Notification(TypedDict):
    """
    A notification of the API.
    """

    album: NotRequired[NotifiedAlbum]
    at: str
    id: str
    keptAt: str
    ownerId: NotRequired[str]
    pictureId: NotRequired[str]
    type: Literal['picture.ready', 'friend.requested', 'friend.accepted', 'comment.added', 'album.memberAdded', 'album.picturesAdded', 'album.picturesWaiting']
    user: Owner


class NotificationPage(TypedDict):
    """
    The `data` of `GET /notifications`.
    """

    cursor: str | None
    items: list[Notification]
    readUntil: str | None


class Picture(TypedDict):
    """
    The `picture` of the API.
    """

    album: NotRequired[SourceAlbum]
    bytes: int
    caption: str | None
    contentType: ContentType
    failure: NotRequired[str]
    gps: NotRequired[Gps]
    guest: NotRequired[Guest]
    height: int | None
    id: str
    metadata: Metadata
    original: NotRequired[Original]
    owner: Owner
    place: NotRequired[str]
    renditions: Renditions | None
    state: PictureState
    takenAt: NotRequired[str]
    thumbhash: str | None
    uploadedAt: str
    visibility: Visibility
    width: int | None


class PictureChange(TypedDict):
    """
    The body of `PATCH /pictures/{ownerId}/{id}`. Omitted fields stay unchanged. `null` removes a field, and a blank text removes the caption or the place.
    """

    caption: NotRequired[str | None]
    place: NotRequired[str | None]
    takenAt: NotRequired[str | None]
    visibility: NotRequired[Visibility | None]


class PicturePage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Picture]


class PresignedStep(TypedDict):
    """
    The `data` of the reply to `POST /pictures/{ownerId}/{id}/upload`.
    """

    expiresAt: str
    following: NotRequired[list[Upload]]
    headers: dict[str, str]
    method: str
    url: str


class Registered(TypedDict):
    """
    The `data` of the reply to `POST /pictures`.
    """

    createUpload: NotRequired[Upload]
    picture: Picture
    upload: Upload


class RuleCase(TypedDict):
    """
    A picture, and the result that the author expects.
    """

    expect: bool
    picture: str | PictureKey | RuleFields


class RuleProgress(TypedDict):
    """
    How far the rule of a smart album was applied to the pictures of its owner.
    """

    error: NotRequired[RuleFailure]
    read: int
    skipped: NotRequired[str]
    state: RuleState


class RuleToEvaluate(TypedDict):
    """
    The body of `POST /rules/evaluate`.
    """

    cases: NotRequired[list[RuleCase] | None]
    code: str
    limit: NotRequired[int | None]


class SharedPicture(TypedDict):
    """
    A picture as the visitors of a link see it.
    """

    album: NotRequired[SourceAlbum]
    bytes: int
    caption: str | None
    contentType: ContentType
    failure: NotRequired[str]
    gps: NotRequired[Gps]
    guest: NotRequired[Guest]
    height: int | None
    id: str
    metadata: Metadata
    original: NotRequired[Original]
    owner: Owner
    place: NotRequired[str]
    renditions: Renditions | None
    state: PictureState
    takenAt: NotRequired[str]
    thumbhash: str | None
    uploadedAt: str
    visibility: Visibility
    waiting: NotRequired[bool]
    width: int | None


class Album(TypedDict):
    """
    The `album` of the API.
    """

    count: int
    cover: Picture | None
    createdAt: str
    description: str | None
    id: str
    owner: Owner
    role: AlbumRole | None
    rule: NotRequired[str]
    ruleProgress: NotRequired[RuleProgress]
    smart: bool
    title: str
    updatedAt: str
    visibility: Visibility


class AlbumPage(TypedDict):
    """
    A page of a list: the `data` of a reply.
    """

    cursor: str | None
    items: list[Album]


class Duplicates(TypedDict):
    """
    The `data` of `GET /pictures?sha256=`.
    """

    items: list[Picture]


class GuestRegistration(TypedDict):
    """
    The `data` of the reply to `POST /shared/{token}/pictures`.
    """

    guestKey: str
    picture: SharedPicture
    upload: Upload


class SharedLink(TypedDict):
    """
    The `data` of the reply to `GET /shared/{token}`. A locked link has the first three fields only.
    """

    album: NotRequired[Album]
    kind: LinkKind
    needsPassword: bool
    owner: NotRequired[Owner]
    picture: NotRequired[Picture]
    rights: LinkRights
    title: NotRequired[str]
