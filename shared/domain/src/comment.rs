//! Comments on pictures.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CommentId, PictureKey, UserId};

/// A comment on a picture: a row of the Comments table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The commented picture.
    #[serde(flatten)]
    pub picture: PictureKey,
    /// The id, which sorts by the time of writing.
    pub comment_id: CommentId,
    /// The member who wrote the comment.
    pub author_id: UserId,
    /// The text, cleaned and bounded by [`crate::Text::COMMENT`].
    pub text: String,
    /// The time of writing (UTC).
    pub created_at: Timestamp,
}
