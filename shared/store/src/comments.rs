//! The Comments table: key (threadId, commentId), so that a thread sorts by time.
//!
//! | `threadId` | row |
//! |---|---|
//! | `OWNER/PICTURE` | a comment on the picture |
//! | `author#USER` | names a comment of the author, so that all their comments can be found |
//!
//! Both rows of a comment are written and deleted in one transaction.

use std::collections::BTreeSet;

use domain::{Comment, CommentId, PageRequest, PictureKey, QuotaLimits, UserId};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::access::VisiblePicture;
use crate::database::{Database, Table};
use crate::transaction::Conflict;
use crate::{Error, Row, from_row, from_rows, pictures, string, to_row};

/// The maximum number of comments deleted in one transaction. DynamoDB allows 100 writes; a comment
/// takes two.
const MAX_DELETED: i32 = 50;
/// The prefix of the threads of authors.
const AUTHOR: &str = "author#";

/// The Comments table.
#[derive(Clone, Debug)]
pub struct Comments(Database);

/// The row in the thread of an author.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorRow {
    #[serde(flatten)]
    picture: PictureKey,
    comment_id: CommentId,
}

fn key(thread: impl ToString, comment: CommentId) -> Row {
    Row::from([("threadId".into(), string(thread)), ("commentId".into(), string(comment))])
}

fn author_thread(user: UserId) -> String {
    format!("{AUTHOR}{user}")
}

impl Comments {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Adds a comment, and counts it. `seen` is the picture as read for the author, who must be
    /// able to comment on it.
    ///
    /// Conflicts: [`Conflict::AccountDeleted`] and [`Conflict::NoProfile`] for the author,
    /// [`Conflict::Changed`] if the author's access to the picture changed after the read, and
    /// [`Conflict::QuotaExceeded`].
    pub async fn add(
        &self,
        comment: &Comment,
        seen: &VisiblePicture,
        limits: &QuotaLimits,
    ) -> Result<Result<(), Conflict>, Error> {
        let mut row = to_row(comment)?;
        row.extend(key(comment.picture, comment.comment_id));
        let mut author_row = key(author_thread(comment.author_id), comment.comment_id);
        author_row.extend(pictures::key(comment.picture));
        let transaction = self.0.transaction();
        let transaction = transaction.require_account(comment.author_id).require_profile(comment.author_id);
        let transaction = transaction.put(Table::Comments, row).put(Table::Comments, author_row);
        let transaction = transaction.require_can_comment(seen, comment.author_id);
        transaction.count_comment(comment, limits).commit().await
    }

    /// Returns `true` if a `threadId` of this table is the thread of an author.
    #[must_use]
    pub fn is_author_thread(thread: &str) -> bool {
        thread.starts_with(AUTHOR)
    }

    /// Reads a comment, strongly consistent.
    pub async fn get(&self, picture: PictureKey, comment: CommentId) -> Result<Option<Comment>, Error> {
        self.0.get_as(Table::Comments, key(picture, comment)).await
    }

    /// Returns the ids of the comments that exist, strongly consistent.
    pub async fn find_existing(
        &self,
        comments: &BTreeSet<(PictureKey, CommentId)>,
    ) -> Result<BTreeSet<CommentId>, Error> {
        let keys = comments.iter().map(|(picture, comment)| key(picture, *comment));
        let existing: Vec<Comment> = self.0.get_all_as(Table::Comments, keys).await?;
        Ok(existing.into_iter().map(|comment| comment.comment_id).collect())
    }

    /// Reads a page of the comments on a picture, oldest first, strongly consistent. A page with
    /// fewer than `page.limit` comments is the last one, because comments have at most 5 KB and one
    /// query reads 1 MB.
    pub async fn read_page(
        &self,
        picture: PictureKey,
        page: PageRequest<CommentId>,
    ) -> Result<Vec<Comment>, Error> {
        let start = page.after.map(|after| key(picture, after));
        let request = self.0.query(Table::Comments, "threadId", picture).consistent_read(true);
        let request = request.limit(i32::try_from(page.limit)?).set_exclusive_start_key(start);
        from_rows(request.send().await?.items)
    }

    /// Deletes a comment. Succeeds even if the comment does not exist.
    pub async fn delete(&self, comment: &Comment) -> Result<(), Error> {
        self.delete_rows([(comment.picture, comment.author_id, comment.comment_id)]).await
    }

    /// Deletes up to 50 comments on a picture and returns their number.
    pub async fn delete_some_on(&self, picture: PictureKey) -> Result<usize, Error> {
        let comments: Vec<Comment> = self.read_some(&picture.to_string()).await?;
        let rows = comments.iter().map(|comment| (picture, comment.author_id, comment.comment_id));
        self.delete_rows(rows).await?;
        Ok(comments.len())
    }

    /// Deletes up to 50 comments by a member and returns their number.
    pub async fn delete_some_by(&self, user: UserId) -> Result<usize, Error> {
        let comments: Vec<AuthorRow> = self.read_some(&author_thread(user)).await?;
        let rows = comments.iter().map(|comment| (comment.picture, user, comment.comment_id));
        self.delete_rows(rows).await?;
        Ok(comments.len())
    }

    async fn read_some<T: DeserializeOwned>(&self, thread: &str) -> Result<Vec<T>, Error> {
        let request = self.0.query(Table::Comments, "threadId", thread).consistent_read(true);
        let rows = request.limit(MAX_DELETED).send().await?.items.unwrap_or_default();
        rows.into_iter().map(from_row).collect()
    }

    async fn delete_rows(
        &self,
        comments: impl IntoIterator<Item = (PictureKey, UserId, CommentId)>,
    ) -> Result<(), Error> {
        let keys = comments.into_iter().flat_map(|(picture, author, comment)| {
            [key(picture, comment), key(author_thread(author), comment)]
        });
        self.0.delete_together(Table::Comments, keys).await
    }
}
