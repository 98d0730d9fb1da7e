//! What becomes of the tables when somebody writes.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, TransactionCanceledException};
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason, TransactWriteItem, Update};
use aws_smithy_mocks::{MockResponse, Rule, mock};
use domain::UserId;
use jiff::Timestamp;

use crate::world::{Row, State, World};

pub fn rules(world: &World) -> Vec<Rule> {
    vec![receipts(world), transactions(world)]
}

fn receipts(world: &World) -> Rule {
    let world = world.clone();
    mock!(Client::update_item)
        .match_requests(|request| request.table_name() == Some("Receipts"))
        .then_compute_response(move |request| match world.state().note(request) {
            Some(row) => MockResponse::Output(UpdateItemOutput::builder().set_attributes(Some(row)).build()),
            None => {
                let error = ConditionalCheckFailedException::builder().build();
                MockResponse::Error(UpdateItemError::ConditionalCheckFailedException(error))
            }
        })
}

fn transactions(world: &World) -> Rule {
    let world = world.clone();
    mock!(Client::transact_write_items).then_compute_response(move |request| {
        let mut state = world.state();
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

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row[name].as_s().unwrap()
}

/// Whose row of Connections an update is about, and which connection.
fn of_person(update: &Update) -> (UserId, String) {
    let key = text(update.key(), "endpointId").strip_prefix("user#").unwrap();
    let ids = update.expression_attribute_values().unwrap()[":ids"].as_ss().unwrap();
    (key.parse().unwrap(), ids[0].clone())
}

impl State {
    /// A write to a receipt; `None`: it was begun by somebody else.
    fn note(&mut self, request: &UpdateItemInput) -> Option<Row> {
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
        self.noted.extend(values.get(":told").map(|told| told.as_ss().unwrap().len()));
        receipt.told.extend(values.get(":told").into_iter().flat_map(|told| told.as_ss().unwrap().clone()));
        let told = Some(receipt.told.iter().cloned().collect::<Vec<_>>()).filter(|told| !told.is_empty());
        Some(key.into_iter().chain(told.map(|told| ("told".into(), AttributeValue::Ss(told)))).collect())
    }

    fn allows(&self, write: &TransactWriteItem) -> bool {
        if let Some(check) = write.condition_check() {
            return match check.table_name() {
                "Users" => !self.deleted_accounts,
                "Pictures" => self.picture.is_some(),
                _ => true,
            };
        }
        if let Some(delete) = write.delete() {
            return self.connections.contains_key(text(delete.key(), "endpointId"));
        }
        let Some(update) = write.update() else { return true };
        let (user, _) = of_person(update);
        let number = self.of_people.get(&user).map_or(0, |connections| connections.len());
        let most = update.expression_attribute_values().unwrap().get(":most");
        most.is_none_or(|most| number < most.as_n().unwrap().parse().unwrap())
    }

    fn write(&mut self, write: &TransactWriteItem) {
        if let Some(delete) = write.delete() {
            self.connections.remove(text(delete.key(), "endpointId"));
        }
        if let Some(update) = write.update() {
            let (user, connection) = of_person(update);
            let connections = self.of_people.entry(user).or_default();
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
                "Comments" => *self.asked.entry("comments").or_default() += 1,
                other => panic!("{other}"),
            }
        }
    }
}
