//! Transactions: all of their writes or none.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem,
};

use super::{Row, service_error};
use crate::Error;
use crate::batch::{ATTEMPTS, back_off};

/// What became of a transaction.
#[derive(Debug)]
pub(super) enum Outcome {
    /// All was written.
    Done,
    /// Nothing was: these writes, by their place, did not find what they asked for.
    Refused(Vec<usize>),
}

/// Writes all or nothing. Where somebody writes the same rows at this moment it is tried again: the next look tells who was
/// first.
pub(super) async fn transact(client: &Client, writes: Vec<TransactWriteItem>) -> Result<Outcome, Error> {
    for attempt in 0..ATTEMPTS {
        back_off(attempt).await;
        let error = match client.transact_write_items().set_transact_items(Some(writes.clone())).send().await
        {
            Ok(_) => return Ok(Outcome::Done),
            Err(error) => error,
        };
        let reasons = match service_error(&error) {
            Some(TransactWriteItemsError::TransactionCanceledException(why)) => why.cancellation_reasons(),
            _ => return Err(error.into()),
        };
        let refused =
            reasons.iter().enumerate().filter(|(_, why)| why.code() == Some("ConditionalCheckFailed"));
        let refused: Vec<_> = refused.map(|(place, _)| place).collect();
        if !refused.is_empty() {
            return Ok(Outcome::Refused(refused));
        }
        if !is_busy(reasons) {
            return Err(error.into());
        }
    }
    Err("these rows are written again and again by others".into())
}

/// Whether a transaction, which the SDK does not try again by itself, may succeed in a moment: others have the rows in theirs, or
/// there are too many requests.
pub(super) fn is_busy(reasons: &[CancellationReason]) -> bool {
    let busy = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    reasons.iter().filter_map(CancellationReason::code).any(|code| busy.contains(&code))
}

/// A write as a part of a transaction.
pub(super) fn write(put: Put) -> TransactWriteItem {
    TransactWriteItem::builder().put(put).build()
}

/// A deletion as a part of a transaction.
pub(super) fn delete(delete: Delete) -> TransactWriteItem {
    TransactWriteItem::builder().delete(delete).build()
}

/// Asks a row of another table for something before anything is written.
pub(super) fn check(table: &str, key: Row, condition: &str) -> Result<TransactWriteItem, Error> {
    let check = ConditionCheck::builder().table_name(table).set_key(Some(key));
    let check = check.condition_expression(condition).build()?;
    Ok(TransactWriteItem::builder().condition_check(check).build())
}

/// Asks an attribute of another table's row for its value before anything is written.
pub(super) fn check_value(
    table: &str,
    key: Row,
    (name, value): (&str, AttributeValue),
) -> Result<TransactWriteItem, Error> {
    let check = ConditionCheck::builder().table_name(table).set_key(Some(key));
    let check = check
        .condition_expression("#name = :value")
        .expression_attribute_names("#name", name)
        .expression_attribute_values(":value", value);
    Ok(TransactWriteItem::builder().condition_check(check.build()?).build())
}

/// Deletes all or nothing, whether it is there or not; at most a hundred rows.
pub(super) async fn delete_all(client: &Client, deletions: Vec<TransactWriteItem>) -> Result<(), Error> {
    if deletions.is_empty() {
        return Ok(());
    }
    match transact(client, deletions).await? {
        Outcome::Done => Ok(()),
        Outcome::Refused(_) => Err("a deletion without a condition was refused".into()),
    }
}
