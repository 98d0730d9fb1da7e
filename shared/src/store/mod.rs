//! Tables and bucket wrapped in the verbs of the domain.

mod batch;
mod change;
mod comments;
mod deadlines;
mod endpoints;
mod feeds;
mod friendships;
mod links;
mod media;
mod notifications;
mod page;
mod pictures;
mod receipts;
mod secrets;
mod sight;
mod transaction;
mod users;

pub use change::Change;
pub use comments::{Added, Comments};
pub use deadlines::Deadlines;
pub use endpoints::{Endpoint, Endpoints, Registered};
pub use feeds::Feeds;
pub use friendships::{Befriended, Friendships};
pub use links::{Links, PART_BYTES, Step, Upload, UploadId, part_length, parts};
pub use media::Media;
pub use notifications::Notifications;
pub use pictures::{Pictures, Written};
pub use receipts::{Begun, Receipts};
pub use secrets::Secrets;
pub use sight::{MOST_READERS, Sight};
pub use users::{CreateUser, Users};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// A row as the SDK has it.
type Row = std::collections::HashMap<String, AttributeValue>;

fn to_row(value: &impl Serialize) -> Result<Row, Error> {
    Ok(serde_dynamo::aws_sdk_dynamodb_1::to_item(value)?)
}

fn from_row<T: DeserializeOwned>(row: Row) -> Result<T, Error> {
    Ok(serde_dynamo::aws_sdk_dynamodb_1::from_item(row)?)
}

fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn service_error<E, R>(error: &SdkError<E, R>) -> Option<&E> {
    match error {
        SdkError::ServiceError(error) => Some(error.err()),
        _ => None,
    }
}
