//! Rules for DynamoDB writes.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, TransactionCanceledException};
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, TransactWriteItem, Update};
use aws_smithy_mocks::{MockResponse, Rule, mock};
use domain::UserId;
use jiff::Timestamp;

use crate::fixture::{Fixture, Row, State};

pub fn rules(fixture: &Fixture) -> Vec<Rule> {
    vec![receipts(fixture), transactions(fixture), sign_outs(fixture), deletions(fixture)]
}

fn receipts(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::update_item)
        .match_requests(|request| request.table_name() == Some("Receipts"))
        .then_compute_response(move |request| match fixture.state().update_receipt(request) {
            Some(row) => MockResponse::Output(UpdateItemOutput::builder().set_attributes(Some(row)).build()),
            None => {
                let meta = ErrorMetadata::builder().code("ConditionalCheckFailedException").build();
                let error = ConditionalCheckFailedException::builder().meta(meta).build();
                MockResponse::Error(UpdateItemError::ConditionalCheckFailedException(error))
            }
        })
}

fn transactions(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::transact_write_items).then_compute_response(move |request| {
        let mut state = fixture.state();
        let refused: Vec<_> = request.transact_items().iter().map(|write| !state.allows(write)).collect();
        if refused.contains(&true) {
            let reason = |refused| {
                let code = if refused { "ConditionalCheckFailed" } else { "None" };
                CancellationReason::builder().code(code).build()
            };
            let error = TransactionCanceledException::builder();
            let error = error.set_cancellation_reasons(Some(refused.into_iter().map(reason).collect()));
            return MockResponse::Error(TransactWriteItemsError::TransactionCanceledException(error.build()));
        }
        request.transact_items().iter().for_each(|write| state.write(write));
        MockResponse::Output(TransactWriteItemsOutput::builder().build())
    })
}

fn sign_outs(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::put_item)
        .match_requests(|request| request.table_name() == Some("Connections"))
        .then_compute_output(move |request| {
            let row = request.item().unwrap();
            let user = text(row, "endpointId").strip_prefix("signOut#").unwrap().parse().unwrap();
            let at = text(row, "signedOutAt").parse().unwrap();
            fixture.state().sign_outs.insert(user, at);
            PutItemOutput::builder().build()
        })
}

/// Deletions of expired watches.
fn deletions(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(Client::delete_item)
        .match_requests(|request| request.table_name() == Some("Watches"))
        .then_compute_output(move |request| {
            let key = request.key().unwrap();
            let key = (text(key, "topic").to_owned(), text(key, "connectionId").to_owned());
            fixture.state().watches.remove(&key);
            DeleteItemOutput::builder().build()
        })
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row[name].as_s().unwrap()
}

/// Returns `true` if an update replaces what a connection watches.
fn is_watch_update(update: &Update) -> bool {
    update.update_expression().contains("topics")
}

/// Returns the member and the connection of an update of the Connections table.
fn parse_member_update(update: &Update) -> (UserId, String) {
    let key = text(update.key(), "endpointId").strip_prefix("user#").unwrap();
    let ids = update.expression_attribute_values().unwrap()[":ids"].as_ss().unwrap();
    (key.parse().unwrap(), ids[0].clone())
}

impl State {
    /// Updates a receipt. Returns `None` if another invocation holds the lease or if the event is
    /// complete.
    fn update_receipt(&mut self, request: &UpdateItemInput) -> Option<Row> {
        let key = request.key().unwrap().clone();
        let receipt = self.receipts.entry(text(&key, "receiptId").to_owned()).or_default();
        let values = request.expression_attribute_values().unwrap();
        if values.contains_key(":until") {
            if receipt.done || receipt.leased {
                return None;
            }
            receipt.leased = true;
        }
        receipt.leased &= !values.contains_key(":never");
        receipt.done |= values.contains_key(":done");
        self.recorded.extend(values.get(":told").map(|told| told.as_ss().unwrap().len()));
        receipt
            .delivered
            .extend(values.get(":told").into_iter().flat_map(|told| told.as_ss().unwrap().clone()));
        let delivered = Some(receipt.delivered.iter().cloned().collect::<Vec<_>>())
            .filter(|delivered| !delivered.is_empty());
        Some(
            key.into_iter()
                .chain(delivered.map(|delivered| ("told".into(), AttributeValue::Ss(delivered))))
                .collect(),
        )
    }

    fn allows(&self, write: &TransactWriteItem) -> bool {
        if let Some(check) = write.condition_check() {
            return match check.table_name() {
                "Users" => !self.deleted_accounts,
                "Pictures" => self.picture.is_some(),
                "Connections" => {
                    let user = text(check.key(), "endpointId").strip_prefix("signOut#").unwrap();
                    let seen = check.expression_attribute_values().map(|values| text(values, ":seen"));
                    let sign_out = self.sign_outs.get(&user.parse().unwrap()).map(Timestamp::to_string);
                    sign_out.is_none_or(|at| seen == Some(&at))
                }
                _ => true,
            };
        }
        if let Some(delete) = write.delete() {
            let is_watch = delete.table_name() == "Watches";
            return is_watch || self.connections.contains_key(text(delete.key(), "endpointId"));
        }
        let Some(update) = write.update() else { return true };
        if update.table_name() == "Quotas" {
            assert_eq!(update.expression_attribute_names().unwrap()["#c0"], "comments");
            return !self.quota_is_reached;
        }
        if is_watch_update(update) {
            return self.connections.contains_key(text(update.key(), "endpointId"));
        }
        let (user, _) = parse_member_update(update);
        let number = self.members.get(&user).map_or(0, |connections| connections.len());
        let max = update.expression_attribute_values().unwrap().get(":most");
        max.is_none_or(|max| number < max.as_n().unwrap().parse().unwrap())
    }

    fn write(&mut self, write: &TransactWriteItem) {
        if let Some(delete) = write.delete() {
            match delete.table_name() {
                "Watches" => {
                    let [topic, id] =
                        ["topic", "connectionId"].map(|name| text(delete.key(), name).to_owned());
                    _ = self.watches.remove(&(topic, id));
                }
                _ => _ = self.connections.remove(text(delete.key(), "endpointId")),
            }
        }
        if let Some(update) = write.update().filter(|update| is_watch_update(update)) {
            let values = update.expression_attribute_values().unwrap();
            let topics = values[":topics"].as_l().unwrap().iter();
            let topics = topics.map(|topic| topic.as_s().unwrap().clone()).collect();
            let at = values[":at"].as_n().unwrap().parse().unwrap();
            self.topics.insert(text(update.key(), "endpointId").to_owned(), (topics, at));
        } else if let Some(update) = write.update()
            && update.table_name() != "Quotas"
        {
            let (user, connection) = parse_member_update(update);
            let connections = self.members.entry(user).or_default();
            match update.update_expression().contains("ADD endpoints") {
                true => connections.insert(connection),
                false => connections.remove(&connection),
            };
        }
        if let Some(put) = write.put() {
            match put.table_name() {
                "Connections" => {
                    let user = text(put.item(), "userId").parse().unwrap();
                    let expires = put.item()["expiresAt"].as_n().unwrap().parse().unwrap();
                    let id = text(put.item(), "endpointId").to_owned();
                    self.connections.insert(id, (user, Timestamp::now(), expires));
                }
                "Watches" => {
                    let [topic, id] = ["topic", "connectionId"].map(|name| text(put.item(), name).to_owned());
                    let user = text(put.item(), "userId").parse().unwrap();
                    let expires = put.item()["expiresAt"].as_n().unwrap().parse().unwrap();
                    self.watches.insert((topic, id), (user, expires));
                }
                "Comments" => *self.requests.entry("comments").or_default() += 1,
                other => panic!("{other}"),
            }
        }
    }
}
