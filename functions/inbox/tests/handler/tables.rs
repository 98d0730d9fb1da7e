//! The tables as the SDK answers for them.

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

use crate::world::{Inner, Row, World};

pub fn rules(world: &World) -> [Rule; 7] {
    let [get, query, batch, together, write, mark] = [(); 6].map(|()| world.clone());
    [
        testing::cursor_key(),
        mock!(Client::get_item).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let row = get.inner().row(request.table_name().unwrap(), request.key().unwrap());
            GetItemOutput::builder().set_item(row).build()
        }),
        mock!(Client::query).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let rows = match request.table_name() {
                Some("Friendships") => query.inner().friends(request),
                Some("Notifications") => query.inner().entries(request),
                other => panic!("nobody queries {other:?}"),
            };
            QueryOutput::builder().set_items(Some(rows)).build()
        }),
        mock!(Client::batch_get_item).then_compute_output(move |request| {
            let mut world = batch.inner();
            world.count("BatchGetItem");
            let (table, keys) = request.request_items().unwrap().iter().next().unwrap();
            assert_eq!(keys.consistent_read(), Some(true));
            assert!(keys.keys().len() <= 100);
            let rows = keys.keys().iter().filter_map(|key| world.row(table, key)).collect();
            BatchGetItemOutput::builder().responses(table, rows).build()
        }),
        mock!(Client::transact_get_items).then_compute_output(move |request| {
            let mut world = together.inner();
            world.count("TransactGetItems");
            assert!(request.transact_items().len() <= 100);
            let gets = request.transact_items().iter().map(|item| item.get().unwrap());
            let rows = gets.map(|get| world.row(get.table_name(), get.key()));
            let responses = rows.map(|row| ItemResponse::builder().set_item(row).build()).collect();
            TransactGetItemsOutput::builder().set_responses(Some(responses)).build()
        }),
        mock!(Client::batch_write_item).then_compute_output(move |request| {
            let mut world = write.inner();
            world.count("BatchWriteItem");
            let (table, writes) = request.request_items().unwrap().iter().next().unwrap();
            assert!((1..=25).contains(&writes.len()));
            if world.refused > 0 {
                world.refused -= 1;
                return BatchWriteItemOutput::builder().unprocessed_items(table, writes.clone()).build();
            }
            for write in writes {
                match write.delete_request() {
                    Some(delete) => world.forget(table, delete.key()),
                    None => world.keep(table, write.put_request().unwrap().item().clone()),
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
            mark.inner().mark(put)
        }),
    ]
}

fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn string(value: &AttributeValue) -> String {
    value.as_s().unwrap().clone()
}

fn milliseconds(value: &AttributeValue) -> i64 {
    value.as_n().unwrap().parse().unwrap()
}

impl Inner {
    fn count(&mut self, operation: &'static str) {
        *self.asked.entry(operation).or_default() += 1;
    }

    fn row(&self, table: &str, key: &Row) -> Option<Row> {
        let matches = |row: &Row| key.iter().all(|(name, value)| &row[name] == value);
        match table {
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
                let nameless = self.nameless.contains(&id.parse().unwrap());
                (!nameless).then(|| {
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
            other => panic!("nobody reads {other}"),
        }
    }

    fn friends(&mut self, request: &QueryInput) -> Vec<Row> {
        assert_eq!(request.index_name(), Some("ByState"));
        let user = &request.expression_attribute_values().unwrap()[":user"];
        let friends = self
            .friendships
            .iter()
            .filter(|row| row.state == FriendshipState::Friends && &text(row.user_id) == user);
        let rows = friends.map(testing::row).collect();
        if let Some(friendships) = self.meanwhile.take() {
            self.friendships = friendships;
        }
        rows
    }

    fn entries(&mut self, request: &QueryInput) -> Vec<Row> {
        self.count("Query Notifications");
        let values = request.expression_attribute_values().unwrap();
        let (user, before) = (string(&values[":user"]), string(&values[":before"]));
        assert_eq!(
            (request.key_condition_expression(), request.scan_index_forward()),
            (Some("userId = :user AND notificationId < :before"), Some(false))
        );
        let rows = self.notifications.iter().rev().filter(|((owner, id), _)| *owner == user && *id < before);
        rows.take(request.limit().unwrap().try_into().unwrap()).map(|(_, row)| row.clone()).collect()
    }

    fn keep(&mut self, table: &str, row: Row) {
        assert_eq!(table, "Notifications");
        self.notifications.insert((string(&row["userId"]), string(&row["notificationId"])), row);
    }

    fn forget(&mut self, table: &str, key: &Row) {
        assert_eq!(table, "Notifications");
        self.notifications.remove(&(string(&key["userId"]), string(&key["notificationId"])));
    }

    /// As DynamoDB would: the condition holds, or nothing is written.
    fn mark(&mut self, put: &Put) -> MockResponse<TransactWriteItemsOutput, TransactWriteItemsError> {
        assert_eq!(put.condition_expression(), Some("attribute_not_exists(readUntil) OR readUntil < :until"));
        let until = &put.expression_attribute_values().unwrap()[":until"];
        assert_eq!(&put.item()["readUntil"], until);
        let before = self.row(put.table_name(), put.item()).map(|row| milliseconds(&row["readUntil"]));
        let later = before.is_none_or(|before| before < milliseconds(until));
        if later && !self.deleted {
            self.keep(put.table_name(), put.item().clone());
            return MockResponse::Output(TransactWriteItemsOutput::builder().build());
        }
        let reason = |refused| {
            let code = if refused { "ConditionalCheckFailed" } else { "None" };
            CancellationReason::builder().code(code).build()
        };
        let why = TransactionCanceledException::builder();
        let why = why.cancellation_reasons(reason(!later)).cancellation_reasons(reason(self.deleted));
        MockResponse::Error(TransactWriteItemsError::TransactionCanceledException(why.build()))
    }
}
