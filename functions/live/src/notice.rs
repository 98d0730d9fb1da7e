//! What clients are told of an activity.

use jiff::Timestamp;
use serde::Serialize;
use domain::{ActivityType, CommentId, FriendshipState, PictureKey};
use lambda::view::{CommentView, PersonView, PictureView};
use uuid::Uuid;

/// What comes over the WebSocket when something happens.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LiveMessage"))]
pub struct Notice {
    /// The activity's: who has seen it drops it.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: Uuid,
    /// As of when it is so (RFC 3339, UTC). Messages may overtake each other: of those about one thing the latest counts.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub news: News,
}

/// What happened: ids, and what a page needs to show.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LiveNews"))]
pub enum News {
    /// A picture as it is now.
    #[serde(rename = "picture.ready")]
    PictureReady {
        #[serde(flatten)]
        key: PictureKey,
        picture: Box<PictureView>,
    },
    /// The same.
    #[serde(rename = "picture.changed")]
    PictureChanged {
        #[serde(flatten)]
        key: PictureKey,
        picture: Box<PictureView>,
    },
    /// A picture that is gone, or no longer shared.
    #[serde(rename = "picture.removed")]
    PictureRemoved {
        #[serde(flatten)]
        key: PictureKey,
    },
    /// What the other one is to the receiver now.
    #[serde(rename = "friend.requested")]
    FriendRequested { user: PersonView, state: Option<FriendshipState> },
    /// The same.
    #[serde(rename = "friend.accepted")]
    FriendAccepted { user: PersonView, state: Option<FriendshipState> },
    /// The same.
    #[serde(rename = "friend.removed")]
    FriendRemoved { user: PersonView, state: Option<FriendshipState> },
    /// A comment.
    #[serde(rename = "comment.added")]
    CommentAdded {
        #[serde(flatten)]
        key: PictureKey,
        comment: CommentView,
    },
    /// A comment that is gone.
    #[serde(rename = "comment.removed")]
    CommentRemoved {
        #[serde(flatten)]
        key: PictureKey,
        comment_id: CommentId,
    },
}

impl News {
    /// Of which kind it is, by which people choose what they are told.
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
