//! The application's data: DynamoDB tables, S3 objects and presigned URLs.
//!
//! | item | content |
//! |---|---|
//! | [`Database`] | the DynamoDB client with the names of all tables |
//! | one module per table | [`Users`], [`Pictures`], [`Feeds`], [`Friendships`], [`Comments`], … |
//! | [`AccessReader`] | pictures together with the reader's access, read in one transaction |
//! | [`feed_pages`] | the pictures of feeds that the reader can view |
//! | [`NotificationRecipients`] | the members whom an activity concerns |
//! | [`Media`], [`UrlPresigner`] | objects of the media bucket, and presigned URLs to them |
//! | [`aws`] | SDK configuration from the environment, with one HTTP connector |

mod access;
mod albums;
mod attribute_update;
pub mod aws;
mod batch;
mod comments;
mod connections;
mod cursor_cipher;
mod database;
mod deadlines;
mod developer_keys;
mod endpoints;
pub mod feed_pages;
mod feeds;
mod friendships;
mod idempotency;
mod link_sessions;
mod links;
mod media;
mod names;
mod notifications;
mod pictures;
mod presign;
mod quotas;
mod recipients;
pub mod retry;
mod secrets;
mod transaction;
mod users;

pub use access::{AccessReader, CoveredAlbum, LinkView, MAX_VIEWERS, ViewedAlbum, VisiblePicture};
pub use albums::{
    Addition, AlbumManager, AlbumOrder, AlbumPage, AlbumPosition, AlbumRowKey, Albums, MAX_BATCH,
    RawAlbumRowKey, RuleChange,
};
pub use attribute_update::AttributeUpdate;
pub use comments::Comments;
pub use connections::{Connection, Connections, ConnectionsByUser, FoundConnections, MAX_WATCHERS, SignOut};
pub use cursor_cipher::{CursorCipher, Position};
pub use database::{Database, Table};
pub use deadlines::Deadlines;
pub use developer_keys::DeveloperKeys;
pub use endpoints::{Endpoint, Endpoints};
pub use feeds::Feeds;
pub use friendships::Friendships;
pub use idempotency::{IdempotencyStore, Lease, Progress};
pub use link_sessions::{LINK_SESSION_VALIDITY, LinkSessions};
pub use links::Links;
pub use media::Media;
pub use names::{NamePosition, NameRow, Names};
pub use notifications::Notifications;
pub use pictures::Pictures;
pub use presign::{UploadStep, UrlPresigner};
pub use quotas::{Quotas, Usage, quota_limits};
pub use recipients::{AlbumNotice, NotificationRecipients, PendingNotification};
pub use secrets::Secrets;
pub use transaction::Conflict;
pub use users::Users;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A failure of the infrastructure. The caller can retry.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A row, or the key of a row, as the SDK represents it.
type Row = HashMap<String, AttributeValue>;

fn to_row(value: &impl Serialize) -> Result<Row, Error> {
    Ok(serde_dynamo::aws_sdk_dynamodb_1::to_item(value)?)
}

fn from_row<T: DeserializeOwned>(row: Row) -> Result<T, Error> {
    Ok(serde_dynamo::aws_sdk_dynamodb_1::from_item(row)?)
}

fn from_rows<T: DeserializeOwned>(rows: Option<Vec<Row>>) -> Result<Vec<T>, Error> {
    rows.unwrap_or_default().into_iter().map(from_row).collect()
}

fn string(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Converts a time to seconds since the epoch, as DynamoDB's time to live requires.
fn seconds(time: Timestamp) -> AttributeValue {
    number(time.as_second())
}
