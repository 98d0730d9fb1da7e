//! Rules that reply to the SDK from the rows of a [`Backend`].

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, ItemResponse, Put};
use aws_smithy_mocks::{MockResponse, Rule, mock};
use domain::FriendshipState;
use serde_json::json;

use crate::backend::{Backend, Row, State};

pub fn rules(backend: &Backend) -> [Rule; 7] {
    let [get, query, batch_get, transact_get, batch_write, transact_write] =
        [(); 6].map(|()| backend.clone());
    [
        testing::cursor_key(),
        mock!(Client::get_item).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let row = get.state().row(request.table_name().unwrap(), request.key().unwrap());
            GetItemOutput::builder().set_item(row).build()
        }),
        mock!(Client::query).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let rows = match request.table_name() {
                Some("Friendships") => query.state().query_friends(request),
                Some("Albums") => query.state().albums.query(request),
                Some("Notifications") => query.state().query_notifications(request),
                other => panic!("unexpected query of {other:?}"),
            };
            QueryOutput::builder().set_items(Some(rows)).build()
        }),
        mock!(Client::batch_get_item).then_compute_output(move |request| {
            let mut backend = batch_get.state();
            backend.count("BatchGetItem");
            let (table, keys) = request.request_items().unwrap().iter().next().unwrap();
            assert_eq!(keys.consistent_read(), Some(true));
            assert!(keys.keys().len() <= 100);
            let rows = keys.keys().iter().filter_map(|key| backend.row(table, key)).collect();
            BatchGetItemOutput::builder().responses(table, rows).build()
        }),
        mock!(Client::transact_get_items).then_compute_output(move |request| {
            let mut backend = transact_get.state();
            backend.count("TransactGetItems");
            assert!(request.transact_items().len() <= 100);
            let gets = request.transact_items().iter().map(|item| item.get().unwrap());
            let rows = gets.map(|get| backend.row(get.table_name(), get.key()));
            let responses = rows.map(|row| ItemResponse::builder().set_item(row).build()).collect();
            TransactGetItemsOutput::builder().set_responses(Some(responses)).build()
        }),
        mock!(Client::batch_write_item).then_compute_output(move |request| {
            let mut backend = batch_write.state();
            backend.count("BatchWriteItem");
            let (table, writes) = request.request_items().unwrap().iter().next().unwrap();
            assert!((1..=25).contains(&writes.len()));
            if backend.rejected_batches > 0 {
                backend.rejected_batches -= 1;
                return BatchWriteItemOutput::builder().unprocessed_items(table, writes.clone()).build();
            }
            for write in writes {
                match write.delete_request() {
                    Some(delete) => backend.delete(table, delete.key()),
                    None => backend.put(table, write.put_request().unwrap().item().clone()),
                }
            }
            BatchWriteItemOutput::builder().build()
        }),
        mock!(Client::transact_write_items).then_compute_response(move |request| {
            let [put, check] = request.transact_items() else { panic!("{request:?}") };
            let (put, check) = (put.put().unwrap(), check.condition_check().unwrap());
            assert_eq!(
                (check.table_name(), check.condition_expression()),
                ("Users", "attribute_not_exists(userId)")
            );
            assert!(check.key()["userId"].as_s().unwrap().starts_with("deleted#"));
            transact_write.state().put_marker(put)
        }),
    ]
}

fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn string(value: &AttributeValue) -> String {
    value.as_s().unwrap().clone()
}

fn number(value: &AttributeValue) -> i64 {
    value.as_n().unwrap().parse().unwrap()
}

impl State {
    fn count(&mut self, operation: &'static str) {
        *self.requests.entry(operation).or_default() += 1;
    }

    fn row(&self, table: &str, key: &Row) -> Option<Row> {
        let matches = |row: &Row| key.iter().all(|(name, value)| &row[name] == value);
        match table {
            "Albums" => self.albums.get(key),
            "Pictures" => self.pictures.iter().map(testing::row).find(matches),
            "Friendships" => self.friendships.iter().map(testing::row).find(matches),
            "Comments" => {
                let comment =
                    self.comments.iter().find(|comment| text(comment.comment_id) == key["commentId"])?;
                (text(comment.picture) == key["threadId"]).then(|| testing::row(comment))
            }
            "Users" => {
                let id = string(&key["userId"]);
                let handle = format!("p{}", &id[24..]);
                let without_profile = self.without_profile.contains(&id.parse().unwrap());
                (!without_profile).then(|| {
                    testing::row(
                        &json!({ "userId": id, "handle": handle, "firstName": "Some", "lastName": "Body",
                        "createdAt": "2026-01-01T00:00:00Z" }),
                    )
                })
            }
            "Notifications" => {
                let key = (string(&key["userId"]), string(&key["notificationId"]));
                self.notifications.get(&key).cloned()
            }
            other => panic!("unexpected read of {other}"),
        }
    }

    fn query_friends(&mut self, request: &QueryInput) -> Vec<Row> {
        assert_eq!(request.index_name(), Some("ByState"));
        let user = &request.expression_attribute_values().unwrap()[":user"];
        let friends = self
            .friendships
            .iter()
            .filter(|row| row.state == FriendshipState::Friends && &text(row.user_id) == user);
        let rows = friends.map(testing::row).collect();
        if let Some(friendships) = self.friendships_after_query.take() {
            self.friendships = friendships;
        }
        rows
    }

    fn query_notifications(&mut self, request: &QueryInput) -> Vec<Row> {
        self.count("Query Notifications");
        let values = request.expression_attribute_values().unwrap();
        let (user, before) = (string(&values[":user"]), string(&values[":before"]));
        assert_eq!(
            (request.key_condition_expression(), request.scan_index_forward()),
            (Some("userId = :user AND notificationId < :before"), Some(false))
        );
        let rows = self.notifications.iter().rev().filter(|((owner, id), _)| *owner == user && *id < before);
        let page = rows.take(request.limit().unwrap().try_into().unwrap()).map(|(_, row)| row);
        match request.filter_expression() {
            None => page.cloned().collect(),
            Some("expiresAt > :now") => {
                let now = number(&values[":now"]);
                page.filter(|row| number(&row["expiresAt"]) > now).cloned().collect()
            }
            Some(other) => panic!("unexpected filter {other}"),
        }
    }

    fn put(&mut self, table: &str, row: Row) {
        assert_eq!(table, "Notifications");
        self.notifications.insert((string(&row["userId"]), string(&row["notificationId"])), row);
    }

    fn delete(&mut self, table: &str, key: &Row) {
        assert_eq!(table, "Notifications");
        self.notifications.remove(&(string(&key["userId"]), string(&key["notificationId"])));
    }

    /// Writes the read marker if the conditions hold.
    fn put_marker(&mut self, put: &Put) -> MockResponse<TransactWriteItemsOutput, TransactWriteItemsError> {
        assert_eq!(put.condition_expression(), Some("attribute_not_exists(readUntil) OR readUntil < :until"));
        let until = &put.expression_attribute_values().unwrap()[":until"];
        assert_eq!(&put.item()["readUntil"], until);
        let before = self.row(put.table_name(), put.item()).map(|row| number(&row["readUntil"]));
        let later = before.is_none_or(|before| before < number(until));
        if later && !self.account_deleted {
            self.put(put.table_name(), put.item().clone());
            return MockResponse::Output(TransactWriteItemsOutput::builder().build());
        }
        let reason = |failed| {
            let code = if failed { "ConditionalCheckFailed" } else { "None" };
            CancellationReason::builder().code(code).build()
        };
        let error = TransactionCanceledException::builder();
        let error =
            error.cancellation_reasons(reason(!later)).cancellation_reasons(reason(self.account_deleted));
        MockResponse::Error(TransactWriteItemsError::TransactionCanceledException(error.build()))
    }
}
