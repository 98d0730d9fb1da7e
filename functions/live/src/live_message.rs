//! The messages of the WebSocket API that report changes.

use domain::{ActivityType, AlbumId, CommentId, FriendshipState, PictureKey};
use jiff::Timestamp;
use lambda::view::{CommentView, PersonView, PictureView};
use serde::Serialize;
use store::AlbumNotice;
use uuid::Uuid;

/// A message about a change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LiveMessage {
    /// The id of the activity. Discard a message with the same id as an earlier message.
    pub id: Uuid,
    /// The time of the snapshot (RFC 3339, UTC). Discard older messages about the same object.
    pub at: Timestamp,
    /// The change.
    #[serde(flatten)]
    pub event: LiveEvent,
}

/// A change, with the current state of the object that it concerns.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "LiveNews"))]
pub enum LiveEvent {
    /// A picture became ready.
    #[serde(rename = "picture.ready")]
    PictureReady {
        #[serde(flatten)]
        key: PictureKey,
        picture: Box<PictureView>,
    },
    /// A picture changed, is newly shared with the recipient, or failed.
    #[serde(rename = "picture.changed")]
    PictureChanged {
        #[serde(flatten)]
        key: PictureKey,
        picture: Box<PictureView>,
    },
    /// A picture was deleted, or is no longer shared with the recipient.
    #[serde(rename = "picture.removed")]
    PictureRemoved {
        #[serde(flatten)]
        key: PictureKey,
    },
    /// A member requested a friendship. `state` is the friendship in the view of the recipient.
    #[serde(rename = "friend.requested")]
    FriendRequested { user: PersonView, state: Option<FriendshipState> },
    /// Two members became friends.
    #[serde(rename = "friend.accepted")]
    FriendAccepted { user: PersonView, state: Option<FriendshipState> },
    /// A friendship or a request ended.
    #[serde(rename = "friend.removed")]
    FriendRemoved { user: PersonView, state: Option<FriendshipState> },
    /// A comment was written.
    #[serde(rename = "comment.added")]
    CommentAdded {
        #[serde(flatten)]
        key: PictureKey,
        comment: CommentView,
    },
    /// A comment was deleted.
    #[serde(rename = "comment.removed")]
    CommentRemoved {
        #[serde(flatten)]
        key: PictureKey,
        comment_id: CommentId,
    },
    /// The title, the pictures or the members of an album changed.
    #[serde(rename = "album.changed")]
    AlbumChanged { album_id: AlbumId },
    /// A member added the recipient to an album.
    #[serde(rename = "album.memberAdded")]
    AlbumMemberAdded { user: PersonView, album: AlbumSummary },
    /// A member or guests added pictures to an album.
    #[serde(rename = "album.picturesAdded")]
    AlbumPicturesAdded { user: PersonView, album: AlbumSummary },
    /// Guests sent pictures to an album, which wait for the approval of the recipient.
    #[serde(rename = "album.picturesWaiting")]
    AlbumPicturesWaiting { user: PersonView, album: AlbumSummary },
}

/// The album in a message.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "LiveAlbum"))]
pub struct AlbumSummary {
    id: AlbumId,
    title: String,
    /// The number of ready pictures, at most 100. Zero if the message is not about pictures.
    count: usize,
    /// The names of the guests who sent the pictures, at most three. If there are any, `user` is
    /// the owner of the album.
    guests: Vec<String>,
}

impl From<AlbumNotice> for AlbumSummary {
    fn from(AlbumNotice { id, title, count, guests }: AlbumNotice) -> Self {
        Self { id, title, count, guests }
    }
}

impl LiveEvent {
    /// Returns the type by which members choose their notifications.
    pub fn kind(&self) -> ActivityType {
        match self {
            Self::PictureReady { .. } => ActivityType::PictureReady,
            Self::PictureChanged { .. } => ActivityType::PictureChanged,
            Self::PictureRemoved { .. } => ActivityType::PictureRemoved,
            Self::FriendRequested { .. } => ActivityType::FriendRequested,
            Self::FriendAccepted { .. } => ActivityType::FriendAccepted,
            Self::FriendRemoved { .. } => ActivityType::FriendRemoved,
            Self::CommentAdded { .. } => ActivityType::CommentAdded,
            Self::CommentRemoved { .. } => ActivityType::CommentRemoved,
            Self::AlbumChanged { .. } => ActivityType::AlbumChanged,
            Self::AlbumMemberAdded { .. } => ActivityType::AlbumMemberAdded,
            Self::AlbumPicturesAdded { .. } => ActivityType::AlbumPicturesAdded,
            Self::AlbumPicturesWaiting { .. } => ActivityType::AlbumPicturesWaiting,
        }
    }
}
