//! Reads and writes rows of the tables Comments, Deadlines and Receipts.

use std::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::PictureKey;
use serde_json::Value;

use super::Root;
use super::tables::{Row, string_attribute};

/// Returns the primary key of a picture in the tables Pictures and Deadlines.
pub(super) fn picture_key(picture: PictureKey) -> Row {
    let PictureKey { owner_id, picture_id } = picture;
    Row::from([
        ("ownerId".into(), string_attribute(owner_id)),
        ("pictureId".into(), string_attribute(picture_id)),
    ])
}

impl Root {
    /// Returns the rows of the table Comments with the `threadId` `id`: `OWNER/PICTURE` for the
    /// comments on a picture, `author#USER` for the author rows of a member.
    pub async fn thread_rows(&self, id: impl Display) -> Vec<Value> {
        self.partition(&self.tables().await.comments, "threadId", id).await
    }

    /// Returns `true` if a picture has an upload deadline.
    pub async fn has_deadline(&self, picture: PictureKey) -> bool {
        let request = self.dynamodb.get_item().table_name(&self.tables().await.deadlines);
        let request = request.set_key(Some(picture_key(picture))).consistent_read(true);
        request.send().await.unwrap().item.is_some()
    }

    /// Sets the upload deadline of a picture to ten seconds ago.
    pub async fn expire_deadline(&self, picture: PictureKey) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut row = picture_key(picture);
        row.insert("expiresAt".into(), AttributeValue::N((now - 10).to_string()));
        let request = self.dynamodb.put_item().table_name(&self.tables().await.deadlines);
        request.set_item(Some(row)).send().await.unwrap();
    }

    /// Returns `true` if `consumer`, a function, has recorded an event as delivered.
    pub async fn is_delivered(&self, consumer: &str, event: &str) -> bool {
        let request = self.dynamodb.get_item().table_name(&self.tables().await.receipts);
        let request = request.key("receiptId", string_attribute(format_args!("{consumer}#{event}")));
        let row = request.consistent_read(true).send().await.unwrap().item;
        row.is_some_and(|row| row.contains_key("done"))
    }
}
