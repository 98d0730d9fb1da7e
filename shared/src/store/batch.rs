//! Batches: DynamoDB does what it can of one and hands back the rest, to be asked again.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeysAndAttributes, WriteRequest};

use super::Row;
use crate::Error;

/// The most keys one `BatchGetItem` takes.
const MOST_KEYS: usize = 100;
/// The most writes one `BatchWriteItem` takes.
const MOST_WRITES: usize = 25;
/// How often the rest is asked for again before the caller is told.
const ATTEMPTS: u32 = 8;

/// Waits before attempt number `attempt`: 0, 20, 40, … 1,280 ms.
pub(super) async fn back_off(attempt: u32) {
    if attempt > 0 {
        tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
    }
}

/// Reads rows strongly consistently, in no order; keys without a row are left out. Keys must not repeat.
pub(super) async fn get_all(client: &Client, table: &str, keys: Vec<Row>) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(MOST_KEYS) {
        let mut rest = chunk.to_vec();
        for attempt in 0..ATTEMPTS {
            back_off(attempt).await;
            let wanted = KeysAndAttributes::builder().set_keys(Some(rest)).consistent_read(true).build()?;
            let reply = client.batch_get_item().request_items(table, wanted).send().await?;
            rows.extend(reply.responses.into_iter().flatten().flat_map(|(_, rows)| rows));
            rest = reply.unprocessed_keys.into_iter().flatten().flat_map(|(_, left)| left.keys).collect();
            if rest.is_empty() {
                break;
            }
        }
        if !rest.is_empty() {
            return Err(format!("{} rows of {table} could not be read: the table is busy", rest.len()).into());
        }
    }
    Ok(rows)
}

/// Writes everything, or says that it could not.
pub(super) async fn write_all(client: &Client, table: &str, writes: Vec<WriteRequest>) -> Result<(), Error> {
    for chunk in writes.chunks(MOST_WRITES) {
        let mut rest = chunk.to_vec();
        for attempt in 0..ATTEMPTS {
            back_off(attempt).await;
            let reply = client.batch_write_item().request_items(table, rest).send().await?;
            rest = reply.unprocessed_items.into_iter().flatten().flat_map(|(_, left)| left).collect();
            if rest.is_empty() {
                break;
            }
        }
        if !rest.is_empty() {
            return Err(
                format!("{} rows of {table} could not be written: the table is busy", rest.len()).into()
            );
        }
    }
    Ok(())
}
