//! Rules for DynamoDB requests.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_sdk_dynamodb::types::{AttributeValue, ItemResponse};
use aws_smithy_mocks::{MockResponse, Rule, mock};
use domain::FriendshipState;
use jiff::Timestamp;
use serde_json::json;

use crate::fixture::{Fixture, Row, State};

pub fn rules(fixture: &Fixture) -> [Rule; 6] {
    let [get, update, query, batch_get, transact_get, transact_write] = [(); 6].map(|()| fixture.clone());
    [
        mock!(Client::get_item).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let (state, table) = (get.state(), request.table_name().unwrap());
            GetItemOutput::builder().set_item(state.row(table, request.key().unwrap())).build()
        }),
        mock!(Client::update_item)
            .then_compute_response(move |request| update.state().update_receipt(request)),
        mock!(Client::query).then_compute_output(move |request| {
            assert_eq!(request.consistent_read(), Some(true));
            let mut state = query.state();
            if request.table_name() == Some("Albums") {
                return QueryOutput::builder().set_items(Some(state.albums.query(request))).build();
            }
            assert_eq!(request.index_name(), Some("ByState"));
            state.requests.push("Query Friendships".into());
            let user = &request.expression_attribute_values().unwrap()[":user"];
            let rows: Vec<_> = state
                .friendships
                .iter()
                .filter(|f| f.state == FriendshipState::Friends && &text(f.user_id) == user)
                .map(testing::row)
                .collect();
            if let Some(friendships) = state.friendships_after_first_read.take() {
                state.friendships = friendships;
            }
            QueryOutput::builder().set_items(Some(rows)).build()
        }),
        mock!(Client::batch_get_item).then_compute_output(move |request| {
            let mut state = batch_get.state();
            let (table, keys) = request.request_items().unwrap().iter().next().unwrap();
            assert_eq!(keys.consistent_read(), Some(true));
            state.requests.push(format!("BatchGetItem {table}"));
            let rows = keys.keys().iter().filter_map(|key| state.row(table, key)).collect();
            BatchGetItemOutput::builder().responses(table, rows).build()
        }),
        mock!(Client::transact_get_items).then_compute_output(move |request| {
            let mut state = transact_get.state();
            state.requests.push("TransactGetItems".into());
            let gets = request.transact_items().iter().map(|item| item.get().unwrap());
            let rows = gets.map(|get| state.row(get.table_name(), get.key()));
            let responses = rows.map(|row| ItemResponse::builder().set_item(row).build()).collect();
            TransactGetItemsOutput::builder().set_responses(Some(responses)).build()
        }),
        mock!(Client::transact_write_items).then_compute_output(move |request| {
            let delete = request.transact_items()[0].delete().unwrap();
            assert_eq!(delete.table_name(), "Devices");
            let user = string(&delete.expression_attribute_values().unwrap()[":user"]);
            transact_write
                .state()
                .removed_devices
                .push((user.parse().unwrap(), string(&delete.key()["endpointId"])));
            TransactWriteItemsOutput::builder().build()
        }),
    ]
}

fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn string(value: &AttributeValue) -> String {
    value.as_s().unwrap().clone()
}

impl State {
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
                let notifications = self.profiles.get(&id.parse().unwrap())?;
                let handle = format!("p{}", u128::from_str_radix(&id.replace('-', ""), 16).unwrap());
                Some(testing::row(&json!({ "userId": id, "handle": handle, "firstName": "Some",
                    "lastName": "Body", "createdAt": "2026-01-01T00:00:00Z", "notifications": notifications })))
            }
            "Devices" => {
                let id = string(&key["endpointId"]);
                let user = id.strip_prefix("user#").unwrap().parse().unwrap();
                let endpoints = self.devices.get(&user)?.iter().cloned().collect();
                Some(Row::from([
                    ("endpointId".into(), text(id)),
                    ("endpoints".into(), AttributeValue::Ss(endpoints)),
                ]))
            }
            "Receipts" => self.receipts.get(&string(&key["receiptId"])).cloned(),
            other => panic!("unexpected read of {other}"),
        }
    }

    /// Updates a receipt. Supports the expressions of [`store::IdempotencyStore`].
    fn update_receipt(
        &mut self,
        request: &UpdateItemInput,
    ) -> MockResponse<UpdateItemOutput, UpdateItemError> {
        assert_eq!(request.table_name(), Some("Receipts"));
        let key = string(&request.key().unwrap()["receiptId"]);
        let values = request.expression_attribute_values().cloned().unwrap_or_default();
        let row = self.receipts.entry(key).or_default();
        let expression = request.update_expression().unwrap();
        if values.contains_key(":until") {
            let seconds = |value: &AttributeValue| value.as_n().unwrap().parse::<i64>().unwrap();
            let leased =
                row.get("leaseUntil").is_some_and(|until| seconds(until) >= seconds(&values[":now"]));
            if leased || row.contains_key("done") {
                let meta = ErrorMetadata::builder().code("ConditionalCheckFailedException").build();
                let error = ConditionalCheckFailedException::builder().meta(meta).build();
                return MockResponse::Error(UpdateItemError::ConditionalCheckFailedException(error));
            }
            assert!(seconds(&values[":expires"]) > Timestamp::now().as_second());
            row.insert("leaseUntil".into(), values[":until"].clone());
        } else if expression.contains("firstEvent") {
            row.entry("firstEvent".into()).or_insert_with(|| values[":event"].clone());
        } else if expression.contains("done = :done") {
            row.insert("done".into(), values[":done"].clone());
            row.remove("told");
        } else if expression.contains("leaseUntil = :never") {
            row.insert("leaseUntil".into(), values[":never"].clone());
        }
        if let Some(told) = values.get(":told") {
            assert_eq!(expression, "ADD told :told");
            let mut all = row.get("told").map_or_else(Vec::new, |told| told.as_ss().unwrap().clone());
            all.extend(told.as_ss().unwrap().iter().cloned());
            row.insert("told".into(), AttributeValue::Ss(all));
        }
        MockResponse::Output(UpdateItemOutput::builder().set_attributes(Some(row.clone())).build())
    }
}
