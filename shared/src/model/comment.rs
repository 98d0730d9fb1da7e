//! Comments on pictures.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CommentId, PictureKey, UserId};

/// What somebody wrote about a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// About which picture.
    #[serde(flatten)]
    pub picture: PictureKey,
    /// Which of the comments on it; later ones sort later.
    pub comment_id: CommentId,
    /// Who wrote it.
    pub author_id: UserId,
    /// Cleaned and bounded by [`super::Text::COMMENT`].
    pub text: String,
    /// When (UTC).
    pub created_at: Timestamp,
}
