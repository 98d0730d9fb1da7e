//! The Receipts table: key receiptId (`CONSUMER#EVENT`). It makes the consumers of *Activity*
//! idempotent, which receive each message at least once.
//!
//! A consumer acquires the lease of an event, which keeps other invocations from it, records each
//! delivery, and completes the event. A consumer that dies between a delivery and its record
//! delivers again; the receiver drops the duplicate by the id of the event.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use crate::database::{Database, Table, unless_condition_failed};
use crate::{Error, Row, from_row, number, seconds, string};

/// The time that a receipt is kept: SQS keeps a dead letter as long.
const RETENTION: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The maximum number of deliveries recorded per event: a row has at most 400 KB, a recipient up to
/// 45 bytes. Later deliveries may repeat.
const MAX_RECORDED: usize = 8_000;

/// The outcome of acquiring the lease of an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Lease {
    /// The event is complete.
    Completed,
    /// Another invocation holds the lease; retry later.
    Busy,
    /// This invocation holds the lease; the recipients already have the event.
    Acquired(BTreeSet<String>),
}

/// The Receipts table for one consumer.
#[derive(Clone, Debug)]
pub struct IdempotencyStore {
    database: Database,
    consumer: &'static str,
    lease: SignedDuration,
}

#[derive(Deserialize)]
struct Receipt {
    #[serde(default, rename = "told")]
    delivered: BTreeSet<String>,
}

impl IdempotencyStore {
    /// Opens the table for a consumer. `lease` is the duration of a lease; it must be longer than
    /// an invocation of the consumer.
    #[must_use]
    pub fn new(database: &Database, consumer: &'static str, lease: SignedDuration) -> Self {
        Self { database: database.clone(), consumer, lease }
    }

    fn key(&self, event: impl std::fmt::Display) -> Row {
        Row::from([("receiptId".into(), string(format_args!("{}#{event}", self.consumer)))])
    }

    fn update(&self, event: Uuid) -> UpdateItemFluentBuilder {
        self.database.update(Table::Receipts, self.key(event))
    }

    /// Runs `work` unless the event is complete. `work` gets the recipients that already have the
    /// event, and records its deliveries by [`IdempotencyStore::record`].
    ///
    /// # Errors
    /// Also where another invocation holds the lease.
    pub async fn run_unless_completed(
        &self,
        event: Uuid,
        work: impl AsyncFnOnce(BTreeSet<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let delivered = match self.acquire(event).await? {
            Lease::Completed => return Ok(()),
            Lease::Busy => return Err("another invocation processes this event".into()),
            Lease::Acquired(delivered) => delivered,
        };
        match work(delivered).await {
            Ok(()) => self.complete(event).await,
            Err(error) => {
                self.release(event).await?;
                Err(error)
            }
        }
    }

    /// Acquires the lease of an event.
    pub async fn acquire(&self, event: Uuid) -> Result<Lease, Error> {
        let now = Timestamp::now();
        let free = "attribute_not_exists(receiptId) OR (attribute_not_exists(done) AND leaseUntil < :now)";
        let request = self
            .update(event)
            .condition_expression(free)
            .update_expression("SET leaseUntil = :until, expiresAt = :expires")
            .expression_attribute_values(":now", seconds(now))
            .expression_attribute_values(":until", seconds(now.checked_add(self.lease)?))
            .expression_attribute_values(":expires", seconds(now.checked_add(RETENTION)?));
        let reply = request.return_values(ReturnValue::AllNew).send().await;
        match unless_condition_failed(reply)? {
            Some(reply) => {
                let receipt: Receipt = from_row(reply.attributes.unwrap_or_default())?;
                Ok(Lease::Acquired(receipt.delivered))
            }
            None => {
                let row = self.database.get(Table::Receipts, self.key(event)).await?.unwrap_or_default();
                Ok(if row.contains_key("done") { Lease::Completed } else { Lease::Busy })
            }
        }
    }

    /// Records deliveries to at most 100 recipients.
    pub async fn record(
        &self,
        event: Uuid,
        recipients: impl IntoIterator<Item = String>,
    ) -> Result<(), Error> {
        let recipients: Vec<_> = recipients.into_iter().collect();
        if recipients.is_empty() {
            return Ok(());
        }
        let request = self
            .update(event)
            .condition_expression("attribute_not_exists(told) OR size(told) < :most")
            .update_expression("ADD told :told")
            .expression_attribute_values(":most", number(MAX_RECORDED))
            .expression_attribute_values(":told", AttributeValue::Ss(recipients));
        unless_condition_failed(request.send().await).map(drop)
    }

    /// Marks an event as complete.
    pub async fn complete(&self, event: Uuid) -> Result<(), Error> {
        let request = self.update(event).update_expression("SET done = :done REMOVE told, leaseUntil");
        request.expression_attribute_values(":done", AttributeValue::Bool(true)).send().await?;
        Ok(())
    }

    /// Releases the lease of an event that could not be completed.
    pub async fn release(&self, event: Uuid) -> Result<(), Error> {
        let request = self.update(event).update_expression("SET leaseUntil = :never");
        request.expression_attribute_values(":never", seconds(Timestamp::UNIX_EPOCH)).send().await?;
        Ok(())
    }

    /// Whether the event is the first of its burst, which stays so for repeated calls. Members get
    /// one notification per burst.
    pub async fn is_first_of_burst(&self, burst: &str, event: Uuid) -> Result<bool, Error> {
        let request = self
            .database
            .update(Table::Receipts, self.key(burst))
            .update_expression("SET firstEvent = if_not_exists(firstEvent, :event), expiresAt = :expires")
            .expression_attribute_values(":event", string(event))
            .expression_attribute_values(":expires", seconds(Timestamp::now().checked_add(RETENTION)?));
        let row = request.return_values(ReturnValue::AllNew).send().await?.attributes.unwrap_or_default();
        Ok(row.get("firstEvent") == Some(&string(event)))
    }
}
