//! Writing a comment, by whichever way it comes.

use std::collections::BTreeSet;

use jiff::{Timestamp, Unit};

use crate::Error;
use crate::api::ApiError;
use crate::aws::Cloud;
use crate::model::{Comment, CommentId, PictureKey, Text, UserId};
use crate::store::{Added, Comments, Sight, Users};
use crate::view::CommentView;

/// How often the picture may change between reading it and writing about it.
const MOST_ROUNDS: usize = 5;

/// What it takes to write a comment.
#[derive(Clone, Debug)]
pub struct Commenting {
    /// Whether the author may see the picture.
    pub sight: Sight,
    /// Written.
    pub comments: Comments,
    /// Names; whether the author's account was deleted.
    pub users: Users,
}

impl Commenting {
    /// The tables that `PICTURES_TABLE`, `FRIENDSHIPS_TABLE`, `COMMENTS_TABLE` and `USERS_TABLE` name.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            sight: Sight::from_env(cloud)?,
            comments: Comments::from_env(cloud)?,
            users: Users::from_env(cloud)?,
        })
    }

    /// Writes a comment, if its author may see the picture at that moment.
    ///
    /// # Errors
    /// [`ApiError`]: the text is missing or too long; the picture is not there, or not shared with the author.
    pub async fn write(
        &self,
        author_id: UserId,
        picture: PictureKey,
        text: Option<&str>,
    ) -> Result<CommentView, ApiError> {
        let text = Text::COMMENT.required(text)?;
        let created_at = Timestamp::now().round(Unit::Millisecond).map_err(Error::from)?;
        let comment = Comment { picture, comment_id: CommentId::new(), author_id, text, created_at };
        for _ in 0..MOST_ROUNDS {
            let (seen, reader) =
                self.sight.of(Some(author_id), picture).await?.ok_or(ApiError::NO_PICTURE)?;
            match self.comments.add(&comment, (&seen, reader), &self.sight, &self.users).await? {
                Added::Done => return self.view(comment).await,
                Added::AccountDeleted => return Err(ApiError::ACCOUNT_DELETED),
                Added::Moved => {}
            }
        }
        Err(ApiError::Conflict("This picture changes again and again; try again in a moment.".into()))
    }

    async fn view(&self, comment: Comment) -> Result<CommentView, ApiError> {
        let author = self.users.get_all(&BTreeSet::from([comment.author_id])).await?.pop();
        Ok(CommentView::new(comment, author.as_ref()))
    }
}
