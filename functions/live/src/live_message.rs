//! The messages of the WebSocket API that report changes.

use domain::{ActivityType, CommentId, FriendshipState, PictureKey};
use jiff::Timestamp;
use lambda::view::{CommentView, PersonView, PictureView};
use serde::Serialize;
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
        }
    }
}
