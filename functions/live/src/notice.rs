//! What clients are told of an activity.

use jiff::Timestamp;
use serde::Serialize;
use shared::model::{ActivityType, CommentId, FriendshipState, PictureKey};
use shared::view::{CommentView, PersonView, PictureView};
use uuid::Uuid;

/// A message to clients.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// What they are told.
    #[serde(rename = "type")]
    pub kind: ActivityType,
    /// The activity's: who has seen it drops it.
    pub id: Uuid,
    /// As of when it is so (UTC). Messages may overtake each other: of those about one thing the latest counts.
    pub at: Timestamp,
    /// About what.
    #[serde(flatten)]
    pub about: About,
}

/// About what: ids, and what a page needs to show.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum About {
    /// A picture as it is now.
    Picture {
        #[serde(flatten)]
        key: PictureKey,
        picture: Box<PictureView>,
    },
    /// A picture that is gone, or no longer shared.
    NoPicture {
        #[serde(flatten)]
        key: PictureKey,
    },
    /// What the other one is to the receiver now.
    Friendship { user: PersonView, state: Option<FriendshipState> },
    /// A comment.
    Comment {
        #[serde(flatten)]
        key: PictureKey,
        comment: CommentView,
    },
    /// A comment that is gone.
    NoComment {
        #[serde(flatten)]
        key: PictureKey,
        comment_id: CommentId,
    },
}
