//! Batches of reads and writes.

use std::cell::RefCell;

use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, PutRequest, WriteRequest};
use serde::de::DeserializeOwned;

use crate::database::{Database, Table};
use crate::retry::{back_off, retry_unprocessed};
use crate::{Error, Row, from_rows};

/// The maximum number of keys of one `BatchGetItem` request, a limit of DynamoDB.
const MAX_KEYS: usize = 100;
/// The maximum number of writes of one `BatchWriteItem` request, a limit of DynamoDB.
const MAX_WRITES: usize = 25;

impl Database {
    /// Reads rows, strongly consistent, in no order. Omits keys without a row. Keys must be
    /// distinct.
    pub(crate) async fn get_all(&self, table: Table, keys: Vec<Row>) -> Result<Vec<Row>, Error> {
        let rows = RefCell::new(Vec::with_capacity(keys.len()));
        retry_unprocessed(&keys, MAX_KEYS, async |attempt, keys| {
            back_off(attempt).await;
            let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build()?;
            let request = self.client().batch_get_item().request_items(self.name(table), keys);
            let reply = request.send().await?;
            rows.borrow_mut().extend(reply.responses.into_iter().flatten().flat_map(|(_, rows)| rows));
            Ok(reply.unprocessed_keys.into_iter().flatten().flat_map(|(_, rest)| rest.keys).collect())
        })
        .await?;
        Ok(rows.into_inner())
    }

    /// Reads rows as [`Database::get_all`] does, and deserializes them.
    pub(crate) async fn get_all_as<T: DeserializeOwned>(
        &self,
        table: Table,
        keys: impl IntoIterator<Item = Row>,
    ) -> Result<Vec<T>, Error> {
        from_rows(Some(self.get_all(table, keys.into_iter().collect()).await?))
    }

    /// Deletes rows. Succeeds even if rows do not exist. After an error, some rows may be deleted.
    pub(crate) async fn delete_all(&self, table: Table, keys: Vec<Row>) -> Result<(), Error> {
        self.write_all(table, vec![], keys).await
    }

    /// Writes and deletes rows. After an error, some writes may be applied.
    pub(crate) async fn write_all(
        &self,
        table: Table,
        puts: Vec<Row>,
        deletes: Vec<Row>,
    ) -> Result<(), Error> {
        let mut writes = Vec::with_capacity(puts.len() + deletes.len());
        for row in puts {
            let put = PutRequest::builder().set_item(Some(row)).build()?;
            writes.push(WriteRequest::builder().put_request(put).build());
        }
        for key in deletes {
            let delete = DeleteRequest::builder().set_key(Some(key)).build()?;
            writes.push(WriteRequest::builder().delete_request(delete).build());
        }
        retry_unprocessed(&writes, MAX_WRITES, async |attempt, writes| {
            back_off(attempt).await;
            let reply =
                self.client().batch_write_item().request_items(self.name(table), writes).send().await?;
            Ok(reply.unprocessed_items.into_iter().flatten().flat_map(|(_, rest)| rest).collect())
        })
        .await
    }
}
