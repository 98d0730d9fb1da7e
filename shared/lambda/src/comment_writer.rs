//! Writes comments for the REST API and for the WebSocket API.

use std::collections::BTreeSet;

use domain::access::can_comment;
use domain::{Comment, CommentId, PictureKey, QuotaLimits, Text, UserId};
use jiff::{Timestamp, Unit};
use store::{AccessReader, Comments, Conflict, Database, Users};

use crate::Error;
use crate::http::ApiError;
use crate::trace::Traced;
use crate::view::CommentView;

/// The maximum number of attempts while the author's access to the picture changes.
const MAX_ATTEMPTS: usize = 5;

/// Writes comments and checks that their authors can view the pictures.
#[derive(Clone, Debug)]
pub struct CommentWriter {
    /// The Pictures table under the access policy.
    pub access: AccessReader,
    /// The Comments table.
    pub comments: Comments,
    /// The Users table.
    pub users: Users,
    /// The limits of each member.
    pub limits: QuotaLimits,
}

impl CommentWriter {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database, limits: QuotaLimits) -> Self {
        Self {
            access: AccessReader::new(database),
            comments: Comments::new(database),
            users: Users::new(database),
            limits,
        }
    }

    /// Writes a comment if its author can comment on the picture at the time of the write.
    ///
    /// # Errors
    /// Returns an error if the text is missing or too long, if the author's account was deleted or
    /// has no profile, if the author cannot view the picture or it does not exist, if the author or
    /// the owner blocked the other, if the author has written too many comments, or if the access
    /// changes during every attempt.
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
            let seen = seen.ok_or(ApiError::NO_PICTURE)?;
            if !can_comment(&seen.picture, seen.relation) {
                return Err(ApiError::Forbidden("You cannot comment on this picture."));
            }
            match self.comments.add(&comment, &seen, &self.limits).await? {
                Ok(()) => {
                    tracing::info!(parent: picture.span(), comment = %comment.comment_id, "wrote a comment");
                    return self.view(comment).await;
                }
                Err(Conflict::AccountDeleted) => return Err(ApiError::ACCOUNT_DELETED),
                Err(Conflict::NoProfile(_)) => return Err(ApiError::no_own_profile()),
                Err(Conflict::QuotaExceeded(quota)) => {
                    return Err(ApiError::quota_exceeded(quota, &self.limits));
                }
                Err(_) => {}
            }
        }
        Err(ApiError::Conflict(
            "Your access to this picture changed meanwhile. Try again in a moment.".into(),
        ))
    }

    async fn view(&self, comment: Comment) -> Result<CommentView, ApiError> {
        let author = self.users.get_all(&BTreeSet::from([comment.author_id])).await?.pop();
        Ok(CommentView::new(comment, author.as_ref()))
    }
}
