//! Simulates the tables behind a fake SDK client.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_get_items::{TransactGetItemsError, TransactGetItemsOutput};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ItemResponse};
use aws_smithy_mocks::{MockResponse, Rule, mock};
use domain::{FeedId, FeedRow, Friendship, Picture};
use feed::Context;
use serde_json::json;
use testing::AlbumRows;

type Row = HashMap<String, AttributeValue>;

/// The contents of the tables.
#[derive(Clone, Default)]
pub struct Tables {
    pub rows: Vec<FeedRow>,
    pub pictures: Vec<Picture>,
    pub friendships: Vec<Friendship>,
    pub albums: AlbumRows,
    /// Replaces the friendships during the first query of a feed.
    pub friendships_after_query: Option<Vec<Friendship>>,
    /// The number of transactions that are cancelled with a conflict before one succeeds.
    pub conflicts: usize,
    /// The operation of each request, and its table unless it is a transaction.
    pub log: Arc<Mutex<Vec<String>>>,
    /// The number of rows that the requests read, including rows that a filter omits.
    pub rows_read: Arc<AtomicUsize>,
}

impl Tables {
    /// Adds a row for each picture to this feed.
    pub fn listed(mut self, feed_id: FeedId, pictures: &[Picture]) -> Self {
        self.rows.extend(pictures.iter().map(|picture| FeedRow::direct(feed_id, picture.key)));
        self
    }

    /// Adds pictures.
    pub fn with(mut self, pictures: impl IntoIterator<Item = Picture>) -> Self {
        self.pictures.extend(pictures);
        self
    }

    /// Returns the number of requests since the last call, by operation and table.
    /// Omits requests for secrets.
    pub fn requests(&self) -> Vec<(String, usize)> {
        let mut log = std::mem::take(&mut *self.log.lock().unwrap());
        log.retain(|request| request != "GetItem Secrets");
        let mut counts: Vec<(String, usize)> = vec![];
        for request in log {
            match counts.iter_mut().find(|(name, _)| *name == request) {
                Some((_, count)) => *count += 1,
                None => counts.push((request, 1)),
            }
        }
        counts
    }

    pub fn context(&self) -> Context {
        Context::new(&testing::database(&self.rules()), testing::presigner())
    }

    /// Creates one rule for each operation. The rules share a copy of the tables, and the log of
    /// the original.
    fn rules(&self) -> [Rule; 4] {
        let tables = Arc::new(Mutex::new(self.clone()));
        let [query, transact, batch, get] = [(); 4].map(|()| tables.clone());
        [
            mock!(Client::query).then_compute_output(move |request| query.lock().unwrap().query(request)),
            mock!(Client::transact_get_items).then_compute_response(move |request| {
                let mut tables = transact.lock().unwrap();
                tables.record("TransactGetItems", "", request.transact_items().len());
                if tables.conflicts > 0 {
                    tables.conflicts -= 1;
                    return MockResponse::Error(conflict());
                }
                let gets = request.transact_items().iter().map(|item| item.get().unwrap());
                let rows = gets.map(|get| tables.row(get.table_name(), get.key()));
                let responses = rows.map(|row| ItemResponse::builder().set_item(row).build()).collect();
                MockResponse::Output(TransactGetItemsOutput::builder().set_responses(Some(responses)).build())
            }),
            mock!(Client::batch_get_item).then_compute_output(move |request| {
                let tables = batch.lock().unwrap();
                let (table, keys) = request.request_items().unwrap().iter().next().unwrap();
                assert_eq!(keys.consistent_read(), Some(true));
                tables.record("BatchGetItem", table, keys.keys().len());
                let rows = keys.keys().iter().filter_map(|key| tables.row(table, key)).collect();
                BatchGetItemOutput::builder().responses(table, rows).build()
            }),
            mock!(Client::get_item).then_compute_output(move |request| {
                let (tables, table) = (get.lock().unwrap(), request.table_name().unwrap());
                assert_eq!(request.consistent_read(), Some(true));
                tables.record("GetItem", table, 1);
                GetItemOutput::builder().set_item(tables.row(table, request.key().unwrap())).build()
            }),
        ]
    }

    /// Returns the number of rows read since the last call. Each requested key counts as a row.
    pub fn rows_read(&self) -> usize {
        self.rows_read.swap(0, Ordering::Relaxed)
    }

    fn record(&self, operation: &str, table: &str, rows: usize) {
        self.rows_read.fetch_add(rows, Ordering::Relaxed);
        self.log.lock().unwrap().push(format!("{operation} {table}").trim().to_owned());
    }

    fn row(&self, table: &str, key: &Row) -> Option<Row> {
        let is = |name: &str, id: &dyn ToString| key[name].as_s().unwrap() == &id.to_string();
        match table {
            "Pictures" => {
                let is = |p: &&Picture| is("pictureId", &p.key.picture_id) && is("ownerId", &p.key.owner_id);
                self.pictures.iter().find(is).map(testing::row)
            }
            "Friendships" => {
                let is = |f: &&Friendship| is("userId", &f.user_id) && is("friendId", &f.friend_id);
                self.friendships.iter().find(is).map(testing::row)
            }
            "Albums" => self.albums.get(key),
            "Users" => {
                let id = key["userId"].as_s().unwrap();
                let user = json!({ "userId": id, "handle": "somebody", "firstName": "Some", "lastName": "Body",
                    "createdAt": "2026-01-01T00:00:00Z" });
                Some(testing::row(&user))
            }
            "Secrets" => Some(Row::from([("key".into(), AttributeValue::B(Blob::new([7; 32])))])),
            other => panic!("unexpected read of {other}"),
        }
    }

    fn query(&mut self, request: &QueryInput) -> QueryOutput {
        let table = request.table_name().unwrap();
        // Feed rows are hints, so their reads can be eventually consistent.
        assert!(table == "Feeds" || request.consistent_read() == Some(true));
        let (rows, partition): (Vec<Row>, _) = match table {
            "Feeds" => (self.rows.iter().map(testing::row).collect(), ("feedId", ":feed")),
            "Pictures" => (self.pictures.iter().map(testing::row).collect(), ("ownerId", ":owner")),
            other => panic!("unexpected query of {other}"),
        };
        if table == "Feeds"
            && let Some(friendships) = self.friendships_after_query.take()
        {
            self.friendships = friendships;
        }
        let values = request.expression_attribute_values().unwrap();
        let id = |row: &Row| row["pictureId"].as_s().unwrap().clone();
        let after = values.get(":after").map(|after| after.as_s().unwrap());
        let mut found: Vec<_> =
            rows.into_iter().filter(|row| row[partition.0] == values[partition.1]).collect();
        found.retain(|row| after.is_none_or(|after| id(row) < *after));
        found.sort_by_key(|row| std::cmp::Reverse(id(row)));
        let limit = usize::try_from(request.limit().unwrap()).unwrap();
        found.truncate(limit);
        self.record("Query", table, found.len());
        let last = found.last().filter(|_| found.len() == limit);
        let last =
            last.map(|row| ["ownerId", "pictureId"].map(|name| (name.to_owned(), row[name].clone())).into());
        QueryOutput::builder().set_items(Some(found)).set_last_evaluated_key(last).build()
    }
}

/// Creates the error of a transaction that conflicts with another transaction on its first row.
fn conflict() -> TransactGetItemsError {
    let reasons =
        ["TransactionConflict", "None"].map(|code| CancellationReason::builder().code(code).build());
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.into()));
    TransactGetItemsError::TransactionCanceledException(error.build())
}
