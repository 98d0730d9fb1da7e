//! Writes comments for the REST API and for the WebSocket API.

use std::collections::BTreeSet;

use domain::{Comment, CommentId, PictureKey, Text, UserId};
use jiff::{Timestamp, Unit};
use store::{AccessReader, Comments, Conflict, Database, Users};

use crate::Error;
use crate::http::ApiError;
use crate::view::CommentView;

/// The maximum number of attempts while the picture changes.
const MAX_ATTEMPTS: usize = 5;

/// Writes comments under the access policy.
#[derive(Clone, Debug)]
pub struct CommentWriter {
    /// The Pictures table under the access policy.
    pub access: AccessReader,
    /// The Comments table.
    pub comments: Comments,
    /// The Users table.
    pub users: Users,
}

impl CommentWriter {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
            access: AccessReader::new(database),
            comments: Comments::new(database),
            users: Users::new(database),
        }
    }

    /// Writes a comment if its author may see the picture at the time of the write.
    ///
    /// # Errors
    /// The text is missing or too long; the picture does not exist or is not shared with the
    /// author.
    pub async fn write(
        &self,
        author_id: UserId,
        picture: PictureKey,
        text: Option<&str>,
    ) -> Result<CommentView, ApiError> {
        let text = Text::COMMENT.clean_required(text)?;
        let created_at = Timestamp::now().round(Unit::Millisecond).map_err(Error::from)?;
        let comment = Comment { picture, comment_id: CommentId::new(), author_id, text, created_at };
        for _ in 0..MAX_ATTEMPTS {
            let seen = self.access.read_visible(Some(author_id), picture).await?;
            match self.comments.add(&comment, &seen.ok_or(ApiError::NO_PICTURE)?).await? {
                Ok(()) => return self.view(comment).await,
                Err(Conflict::AccountDeleted) => return Err(ApiError::ACCOUNT_DELETED),
                Err(_) => {}
            }
        }
        Err(ApiError::Conflict("This picture keeps changing. Try again in a moment.".into()))
    }

    async fn view(&self, comment: Comment) -> Result<CommentView, ApiError> {
        let author = self.users.get_all(&BTreeSet::from([comment.author_id])).await?.pop();
        Ok(CommentView::new(comment, author.as_ref()))
    }
}
