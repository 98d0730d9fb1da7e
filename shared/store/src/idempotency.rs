//! The Receipts table: key receiptId. It makes the consumers of *Activity* idempotent, because SNS
//! and SQS can deliver a message more than once.
//!
//! | `receiptId` | row |
//! |---|---|
//! | `CONSUMER#EVENT` | the lease and the deliveries of an event, or that the event is complete |
//! | `CONSUMER#burst#ID` | the first event of a burst: activities that share one e-mail |
//!
//! A consumer acquires the lease of an event, so that no other invocation processes the event. Then
//! it sends and records each delivery, and completes the event. If the consumer crashes after a
//! delivery and before its record, the next invocation repeats the delivery.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::ActivityEvent;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use crate::database::{Database, Table, unless_condition_failed};
use crate::retry::{ATTEMPTS, back_off};
use crate::{Error, Row, from_row, number, seconds, string};

/// The time until a receipt expires. A dead letter is kept in SQS for the same time.
const RETENTION: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The number of recorded deliveries of an event at which recording stops. DynamoDB allows 400 KB
/// per row, and the name of a delivery has up to 45 bytes.
const MAX_RECORDED: usize = 8_000;

/// The outcome of [`IdempotencyStore::acquire`].
#[derive(Debug, PartialEq, Eq)]
pub enum Lease {
    /// The event is complete, so there is nothing to do.
    Completed,
    /// Another invocation has the lease. Retry later.
    Busy,
    /// This invocation has the lease. The set contains the recorded deliveries, which must not be
    /// repeated.
    Acquired(BTreeSet<String>),
}

/// The progress of an event after its deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The event is complete.
    Completed,
    /// There is nothing to deliver now. A later message about the same event can have something.
    Nothing,
}

impl Progress {
    /// Returns the progress of an event without recipients. A batch gets recipients when its first
    /// picture becomes ready.
    #[must_use]
    pub fn without_recipients(event: ActivityEvent) -> Self {
        if event.batch().is_some() { Self::Nothing } else { Self::Completed }
    }
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
    // The stored attribute is named `told` for compatibility.
    #[serde(default, rename = "told")]
    delivered: BTreeSet<String>,
}

impl IdempotencyStore {
    /// Opens the table for a consumer. `lease` is the time until a lease expires. It must be longer
    /// than an invocation of the consumer.
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

    /// Runs `work` and completes the event, unless the event is complete already or `work` has
    /// nothing to deliver. `work` gets the recorded deliveries of earlier attempts, and records its
    /// own with [`IdempotencyStore::record`]. If the event is not complete, the lease is released,
    /// so that a retry can start at once.
    ///
    /// # Errors
    /// Returns an error if another invocation keeps the lease, if `work` fails, or if the Receipts
    /// table cannot be read or written.
    pub async fn run_unless_completed(
        &self,
        event: Uuid,
        work: impl AsyncFnOnce(BTreeSet<String>) -> Result<Progress, Error>,
    ) -> Result<(), Error> {
        let Some(delivered) = self.acquire_when_free(event).await? else { return Ok(()) };
        match work(delivered).await {
            Ok(Progress::Completed) => self.complete(event).await,
            Ok(Progress::Nothing) => self.release(event).await,
            Err(error) => {
                self.release(event).await?;
                Err(error)
            }
        }
    }

    /// Acquires the lease of an event and returns its recorded deliveries, or `None` if the event
    /// is complete. If another invocation has the lease, waits for it for one to three seconds.
    async fn acquire_when_free(&self, event: Uuid) -> Result<Option<BTreeSet<String>>, Error> {
        for attempt in 0..ATTEMPTS {
            back_off(attempt).await;
            match self.acquire(event).await? {
                Lease::Completed => return Ok(None),
                Lease::Acquired(delivered) => return Ok(Some(delivered)),
                Lease::Busy => {}
            }
        }
        Err("another invocation has the lease of this event".into())
    }

    /// Acquires the lease of an event, unless the event is complete or another invocation has the
    /// lease.
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

    /// Records deliveries by their names, such as connection ids. Pass at most 100 distinct names.
    /// Does nothing if the event has [`MAX_RECORDED`] recorded deliveries: a retry repeats the
    /// others.
    pub async fn record(
        &self,
        event: Uuid,
        deliveries: impl IntoIterator<Item = String>,
    ) -> Result<(), Error> {
        let deliveries: Vec<_> = deliveries.into_iter().collect();
        if deliveries.is_empty() {
            return Ok(());
        }
        let request = self
            .update(event)
            .condition_expression("attribute_not_exists(told) OR size(told) < :most")
            .update_expression("ADD told :told")
            .expression_attribute_values(":most", number(MAX_RECORDED))
            .expression_attribute_values(":told", AttributeValue::Ss(deliveries));
        unless_condition_failed(request.send().await).map(drop)
    }

    /// Marks an event as complete, and deletes its lease and its recorded deliveries.
    pub async fn complete(&self, event: Uuid) -> Result<(), Error> {
        let request = self.update(event).update_expression("SET done = :done REMOVE told, leaseUntil");
        request.expression_attribute_values(":done", AttributeValue::Bool(true)).send().await?;
        Ok(())
    }

    /// Releases the lease of an event that is not complete, so that the next invocation can acquire
    /// it.
    pub async fn release(&self, event: Uuid) -> Result<(), Error> {
        let request = self.update(event).update_expression("SET leaseUntil = :never");
        request.expression_attribute_values(":never", seconds(Timestamp::UNIX_EPOCH)).send().await?;
        Ok(())
    }

    /// Returns `true` if the event is the first of its burst. Repeated calls return the same
    /// result. A burst is a group of activities that share one message of a channel; `burst` is its
    /// key `burst#ID`.
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
