//! The Comments table: (threadId, commentId), oldest first by key.
//!
//! A picture's comments are the thread `OWNER/PICTURE`. For each there is a row `author#USER`, too, which names the thread: so all
//! that a person wrote is found, as it is now. Both rows are written and deleted in one transaction.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use serde::Deserialize;

use super::transaction::{self, Outcome, check, check_value, transact, write};
use super::{Row, Users, batch, friendships, from_row, pictures, text, to_row};
use crate::Error;
use crate::api::PageRequest;
use crate::aws::{Cloud, variable};
use crate::model::{Comment, CommentId, FriendshipState, Picture, PictureKey, Reader, UserId, Visibility};

/// How many comments are deleted in one transaction, which takes a hundred writes: for each its author's row, too.
const MOST_DELETED: i32 = 50;
/// What the threads of authors begin with.
const AUTHOR: &str = "author#";

/// What became of a new comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Written.
    Done,
    /// The picture, or who may see it, is no longer as it was read: read again.
    Moved,
    /// The author's account was deleted.
    AccountDeleted,
}

/// The Comments table.
#[derive(Clone, Debug)]
pub struct Comments {
    client: Client,
    table: String,
}

/// Which comment, as its author's row names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authored {
    #[serde(flatten)]
    picture: PictureKey,
    comment_id: CommentId,
}

fn thread_key(picture: PictureKey, comment: CommentId) -> Row {
    Row::from([("threadId".into(), text(picture)), ("commentId".into(), text(comment))])
}

fn author(user: UserId) -> String {
    format!("{AUTHOR}{user}")
}

fn author_key(user: UserId, comment: CommentId) -> Row {
    Row::from([("threadId".into(), text(author(user))), ("commentId".into(), text(comment))])
}

impl Comments {
    /// The table that `COMMENTS_TABLE` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("COMMENTS_TABLE")?))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Writes a comment on a picture that its author was found to see, if that is still so at this moment. `seen`: the picture as it
    /// was read, and what the author is to its owner.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn add(
        &self,
        comment: &Comment,
        (picture, reader): (&Picture, Reader),
        sight: &super::Sight,
        users: &Users,
    ) -> Result<Added, Error> {
        let mut thread = to_row(comment)?;
        thread.extend(thread_key(comment.picture, comment.comment_id));
        let mut own = author_key(comment.author_id, comment.comment_id);
        own.extend(pictures::key_row(comment.picture));
        let mut writes = vec![
            users.not_deleted(comment.author_id)?,
            self.put(thread)?,
            self.put(own)?,
            match reader {
                Reader::Owner => check(
                    sight.pictures().table(),
                    pictures::key_row(picture.key),
                    "attribute_exists(ownerId)",
                )?,
                _ => check_value(
                    sight.pictures().table(),
                    pictures::key_row(picture.key),
                    ("visibility", text(picture.visibility.as_str())),
                )?,
            },
        ];
        if reader == Reader::Friend && picture.visibility == Visibility::Friends {
            let key = friendships::key_row(comment.author_id, picture.key.owner_id);
            let friends = ("state", text(FriendshipState::Friends.as_str()));
            writes.push(check_value(sight.friendships(), key, friends)?);
        }
        Ok(match transact(&self.client, writes).await? {
            Outcome::Done => Added::Done,
            Outcome::Refused(places) if places.contains(&0) => Added::AccountDeleted,
            Outcome::Refused(_) => Added::Moved,
        })
    }

    fn put(&self, row: Row) -> Result<TransactWriteItem, Error> {
        Ok(write(Put::builder().table_name(&self.table).set_item(Some(row)).build()?))
    }

    /// Whether a thread (`threadId`) of this table is an author's, and no picture's.
    #[must_use]
    pub fn is_of_author(thread: &str) -> bool {
        thread.starts_with(AUTHOR)
    }

    /// A comment (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn get(&self, picture: PictureKey, comment: CommentId) -> Result<Option<Comment>, Error> {
        let request =
            self.client.get_item().table_name(&self.table).set_key(Some(thread_key(picture, comment)));
        request.consistent_read(true).send().await?.item.map(from_row).transpose()
    }

    /// Which of these comments are there (strongly consistent).
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn among(
        &self,
        comments: &BTreeSet<(PictureKey, CommentId)>,
    ) -> Result<BTreeSet<CommentId>, Error> {
        let keys = comments.iter().map(|(picture, comment)| thread_key(*picture, *comment)).collect();
        let rows = batch::get_all(&self.client, &self.table, keys).await?.into_iter();
        rows.map(|row| Ok(from_row::<Comment>(row)?.comment_id)).collect()
    }

    /// A page of the comments on a picture, oldest first (strongly consistent). Fewer than `page.limit` means that there are no
    /// more: a comment is 5 KB at most, and DynamoDB cuts a page short at a megabyte.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn page(
        &self,
        picture: PictureKey,
        page: PageRequest<CommentId>,
    ) -> Result<Vec<Comment>, Error> {
        let start = page.after.map(|after| thread_key(picture, after));
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request.key_condition_expression("threadId = :thread");
        let request = request.expression_attribute_values(":thread", text(picture));
        let request = request.limit(i32::try_from(page.limit)?).set_exclusive_start_key(start);
        request.send().await?.items.unwrap_or_default().into_iter().map(from_row).collect()
    }

    /// Deletes a comment, whether it is there or not.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete(&self, comment: &Comment) -> Result<(), Error> {
        self.delete_rows([(comment.picture, comment.author_id, comment.comment_id)]).await
    }

    /// Deletes up to fifty comments on a picture and says how many there were.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete_some_on(&self, picture: PictureKey) -> Result<usize, Error> {
        let comments: Vec<Comment> = self.some(&picture.to_string()).await?;
        let rows = comments.iter().map(|comment| (picture, comment.author_id, comment.comment_id));
        self.delete_rows(rows).await?;
        Ok(comments.len())
    }

    /// Deletes up to fifty comments that a person wrote and says how many there were.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn delete_some_by(&self, user: UserId) -> Result<usize, Error> {
        let comments: Vec<Authored> = self.some(&author(user)).await?;
        let rows = comments.iter().map(|comment| (comment.picture, user, comment.comment_id));
        self.delete_rows(rows).await?;
        Ok(comments.len())
    }

    async fn some<T: for<'de> Deserialize<'de>>(&self, thread: &str) -> Result<Vec<T>, Error> {
        let request = self.client.query().table_name(&self.table).consistent_read(true).limit(MOST_DELETED);
        let request = request.key_condition_expression("threadId = :thread");
        let rows = request.expression_attribute_values(":thread", text(thread)).send().await?.items;
        rows.unwrap_or_default().into_iter().map(from_row).collect()
    }

    async fn delete_rows(
        &self,
        comments: impl IntoIterator<Item = (PictureKey, UserId, CommentId)>,
    ) -> Result<(), Error> {
        let keys = comments
            .into_iter()
            .flat_map(|(picture, user, comment)| [thread_key(picture, comment), author_key(user, comment)]);
        let deletions = keys.map(|key| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(key));
            Ok(transaction::delete(delete.build()?))
        });
        transaction::delete_all(&self.client, deletions.collect::<Result<_, Error>>()?).await
    }
}
