//! The Receipts table: what was told to whom, so that nobody is told twice.
//!
//! A consumer of *Activity* gets each message at least once. It begins each event here, which keeps others from it for a while,
//! notes whom it told, and finishes it. Killed between telling and noting, it tells a few people once more: they know the event by
//! its id.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use uuid::Uuid;

use super::{Row, from_row, service_error, text};
use crate::Error;
use crate::aws::{Cloud, variable};

/// How long a receipt is kept: as long as a message can wait among the dead letters.
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// With so many noted, no more are: the row of an event has room for 400 KB, and a name has up to 45 bytes. Whoever is told after
/// them may be told again.
const MOST_NOTED: usize = 8_000;

/// What is to be done about an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: everyone was told.
    Done,
    /// Somebody else is at it. Try again later.
    Busy,
    /// It is ours; these were told before.
    Ours(BTreeSet<String>),
}

/// The Receipts table, for one consumer.
#[derive(Clone, Debug)]
pub struct Receipts {
    client: Client,
    table: String,
    consumer: &'static str,
    lease: SignedDuration,
}

/// An event's row.
#[derive(Deserialize)]
struct Receipt {
    #[serde(default)]
    told: BTreeSet<String>,
}

impl Receipts {
    /// The table that `RECEIPTS_TABLE` names. `lease`: for how long nobody else begins an event that was begun; longer than the
    /// consumer may run.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud, consumer: &'static str, lease: SignedDuration) -> Result<Self, Error> {
        Ok(Self::new(cloud.dynamodb(), variable("RECEIPTS_TABLE")?, consumer, lease))
    }

    /// A table of that name.
    #[must_use]
    pub fn new(client: Client, table: String, consumer: &'static str, lease: SignedDuration) -> Self {
        Self { client, table, consumer, lease }
    }

    fn key(&self, event: Uuid) -> Row {
        Row::from([("receiptId".into(), text(format_args!("{}#{event}", self.consumer)))])
    }

    /// Works on an event, unless that was done. `work` gets those who were told before, and notes whom it tells.
    ///
    /// # Errors
    /// Those of `work`, somebody else is at it, or DynamoDB's: to be tried again.
    pub async fn once(
        &self,
        event: Uuid,
        work: impl AsyncFnOnce(BTreeSet<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let told = match self.begin(event).await? {
            Begun::Done => return Ok(()),
            Begun::Busy => return Err("somebody else tells of this at the moment".into()),
            Begun::Ours(told) => told,
        };
        match work(told).await {
            Ok(()) => self.finish(event).await,
            Err(error) => {
                self.give_back(event).await?;
                Err(error)
            }
        }
    }

    /// Begins an event.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn begin(&self, event: Uuid) -> Result<Begun, Error> {
        let now = Timestamp::now();
        let free = "attribute_not_exists(receiptId) OR (attribute_not_exists(done) AND leaseUntil < :now)";
        let request = self.client.update_item().table_name(&self.table).set_key(Some(self.key(event)));
        let request = request
            .condition_expression(free)
            .update_expression("SET leaseUntil = :until, expiresAt = :expires")
            .expression_attribute_values(":now", seconds(now))
            .expression_attribute_values(":until", seconds(now.checked_add(self.lease)?))
            .expression_attribute_values(":expires", seconds(now.checked_add(KEPT)?));
        match request.return_values(ReturnValue::AllNew).send().await {
            Ok(reply) => Ok(Begun::Ours(from_row::<Receipt>(reply.attributes.unwrap_or_default())?.told)),
            Err(error) => match service_error(&error) {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => self.state(event).await,
                _ => Err(error.into()),
            },
        }
    }

    async fn state(&self, event: Uuid) -> Result<Begun, Error> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(self.key(event)));
        let row = request.consistent_read(true).send().await?.item.unwrap_or_default();
        Ok(if row.contains_key("done") { Begun::Done } else { Begun::Busy })
    }

    /// Notes who was told, at most a hundred at a time.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn note(&self, event: Uuid, told: impl IntoIterator<Item = String>) -> Result<(), Error> {
        let told: Vec<_> = told.into_iter().collect();
        if told.is_empty() {
            return Ok(());
        }
        let request = self.client.update_item().table_name(&self.table).set_key(Some(self.key(event)));
        let request = request
            .condition_expression("attribute_not_exists(told) OR size(told) < :most")
            .update_expression("ADD told :told")
            .expression_attribute_values(":most", AttributeValue::N(MOST_NOTED.to_string()))
            .expression_attribute_values(":told", AttributeValue::Ss(told));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => match service_error(&error) {
                // No room: they may be told again.
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(()),
                _ => Err(error.into()),
            },
        }
    }

    /// There is nobody left to tell.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn finish(&self, event: Uuid) -> Result<(), Error> {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(self.key(event)));
        let request = request.update_expression("SET done = :done REMOVE told, leaseUntil");
        request.expression_attribute_values(":done", AttributeValue::Bool(true)).send().await?;
        Ok(())
    }

    /// Gives an event back that could not be finished: it can be begun at once.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn give_back(&self, event: Uuid) -> Result<(), Error> {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(self.key(event)));
        let request = request.update_expression("SET leaseUntil = :never");
        request.expression_attribute_values(":never", seconds(Timestamp::UNIX_EPOCH)).send().await?;
        Ok(())
    }

    /// Whether this event is the first of a burst, for all of which people are told once: whoever asks first is, and stays it.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn is_first_of(&self, burst: &str, event: Uuid) -> Result<bool, Error> {
        let key = Row::from([("receiptId".into(), text(format_args!("{}#{burst}", self.consumer)))]);
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key));
        let request = request
            .update_expression("SET firstEvent = if_not_exists(firstEvent, :event), expiresAt = :expires")
            .expression_attribute_values(":event", text(event))
            .expression_attribute_values(":expires", seconds(Timestamp::now().checked_add(KEPT)?));
        let row = request.return_values(ReturnValue::AllNew).send().await?.attributes.unwrap_or_default();
        Ok(row.get("firstEvent") == Some(&text(event)))
    }
}

fn seconds(time: Timestamp) -> AttributeValue {
    AttributeValue::N(time.as_second().to_string())
}
