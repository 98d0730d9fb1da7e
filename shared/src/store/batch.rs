//! DynamoDB's batches.

use std::cell::RefCell;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, WriteRequest};

use super::Row;
use crate::Error;
use crate::batch::{back_off, until_taken};

/// The most keys one `BatchGetItem` takes.
const MOST_KEYS: usize = 100;
/// The most writes one `BatchWriteItem` takes.
const MOST_WRITES: usize = 25;

/// Reads rows strongly consistently, in no order; keys without a row are left out. Keys must not repeat.
pub(super) async fn get_all(client: &Client, table: &str, keys: Vec<Row>) -> Result<Vec<Row>, Error> {
    let rows = RefCell::new(Vec::with_capacity(keys.len()));
    until_taken(&keys, MOST_KEYS, async |attempt, keys| {
        back_off(attempt).await;
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build()?;
        let reply = client.batch_get_item().request_items(table, wanted).send().await?;
        rows.borrow_mut().extend(reply.responses.into_iter().flatten().flat_map(|(_, rows)| rows));
        Ok(reply.unprocessed_keys.into_iter().flatten().flat_map(|(_, left)| left.keys).collect())
    })
    .await?;
    Ok(rows.into_inner())
}

/// Writes everything, or says that it could not.
pub(super) async fn write_all(client: &Client, table: &str, writes: Vec<WriteRequest>) -> Result<(), Error> {
    until_taken(&writes, MOST_WRITES, async |attempt, writes| {
        back_off(attempt).await;
        let reply = client.batch_write_item().request_items(table, writes).send().await?;
        Ok(reply.unprocessed_items.into_iter().flatten().flat_map(|(_, left)| left).collect())
    })
    .await
}

/// Deletes everything, or says that it could not; what is not there is no error.
pub(super) async fn delete_all(client: &Client, table: &str, keys: Vec<Row>) -> Result<(), Error> {
    let deletions = keys.into_iter().map(deletion).collect::<Result<_, _>>()?;
    write_all(client, table, deletions).await
}

/// A deletion as a part of a batch.
pub(super) fn deletion(key: Row) -> Result<WriteRequest, Error> {
    let delete = DeleteRequest::builder().set_key(Some(key)).build()?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
