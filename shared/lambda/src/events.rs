//! Batches of events. An event names the row that changed; handlers read the row for the current
//! state.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::future::Future;

use aws_lambda_events::dynamodb;
use aws_lambda_events::s3::{S3EventRecord, S3Object};
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use futures_util::stream::{StreamExt, iter};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use store::aws::variable;
use tracing::Span;

use crate::Error;
use crate::http::error_chain;
use crate::trace::{self, Traced};
use domain::object_key;
use domain::{Activity, AlbumBatch, PictureKey};

/// The event of a function that subscribes to streams and to a queue.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    /// A batch of a DynamoDB stream.
    Stream(dynamodb::Event),
    /// A batch of an SQS queue.
    Queue(SqsEvent),
}

/// A notification of an S3 bucket.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum S3Notification {
    Records {
        #[serde(rename = "Records")]
        records: Vec<S3EventRecord>,
    },
    /// `s3:TestEvent`, which S3 sends when a subscription is created.
    Test {
        #[serde(rename = "Event")]
        _event: String,
    },
}

/// A message of a queue.
#[derive(Debug)]
pub struct Message {
    /// The body.
    pub body: String,
    /// The body as an activity, or the reason why it is not one.
    pub activity: Result<Activity, serde_json::Error>,
}

impl Message {
    fn new(body: String) -> Self {
        Self { activity: serde_json::from_str(&body), body }
    }

    fn span(&self) -> Span {
        self.activity.as_ref().map_or_else(|_| Span::none(), Traced::span)
    }
}

/// Reads the time from the start of a batch until members are notified of it: the environment
/// variable `NOTICE_DELAY`, in seconds.
pub fn notice_delay() -> Result<SignedDuration, Error> {
    let seconds = variable("NOTICE_DELAY")?.parse();
    Ok(SignedDuration::from_secs(seconds.map_err(|error| format!("NOTICE_DELAY is invalid: {error}"))?))
}

/// The error of a message that is not handled yet. SQS delivers the message again after the
/// visibility timeout of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the batch is not complete yet")]
pub struct OpenBatch;

/// Checks that the batch of an activity is complete, so that a message about it states the final
/// number of pictures. `delay` is the time from the start of a batch. Other activities have no
/// batch.
///
/// # Errors
/// Returns [`OpenBatch`] before the end of `delay`. A handler returns it to delay the message.
pub fn require_complete_batch(activity: &Activity, delay: SignedDuration) -> Result<(), OpenBatch> {
    let is_open = |batch: AlbumBatch| Timestamp::now().duration_since(batch.since) < delay;
    if activity.event.batch().is_some_and(is_open) { Err(OpenBatch) } else { Ok(()) }
}

/// An original that an S3 notification names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Original {
    /// The picture.
    pub picture: PictureKey,
    /// The version of the object. `None` if the message names none, such as one of an operator.
    pub version_id: Option<String>,
}

impl Original {
    /// Returns `None` if the key is not the key of an original.
    fn from_object(object: &S3Object) -> Option<Self> {
        let picture = object_key::parse_original(object.key.as_deref()?)?;
        Some(Self { picture, version_id: object.version_id.clone() })
    }
}

impl Display for Original {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.picture.fmt(formatter)
    }
}

/// Parses the originals in an S3 notification. Skips other objects.
///
/// # Errors
/// Returns an error if the message is not an S3 notification.
pub fn parse_originals(body: &str) -> Result<BTreeSet<Original>, Error> {
    let records = match serde_json::from_str(body)? {
        S3Notification::Records { records } => records,
        S3Notification::Test { .. } => vec![],
    };
    let originals = records.iter().filter_map(|record| {
        let object = &record.s3.object;
        let original = Original::from_object(object);
        if original.is_none() {
            tracing::warn!(key = object.key, "skips a key that is not the key of an original");
        }
        original
    });
    Ok(originals.collect())
}

/// Calls `handle` for each uploaded original in a batch of S3 notifications. Failed messages are
/// repeated, see [`process_messages`].
pub async fn process_uploads<F>(event: SqsEvent, handle: impl Fn(Original) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<(), Error>>,
{
    let handle = async |message: Message| process_batch(parse_originals(&message.body)?, &handle).await;
    process_messages(event, handle).await
}

/// Calls `handle` with each message of a batch, in the span of the activity if it is one. The reply
/// lists the failed messages, so that SQS delivers only the failed messages again, and moves them
/// to the dead-letter queue after the last attempt.
pub async fn process_messages<F>(event: SqsEvent, handle: impl Fn(Message) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<(), Error>>,
{
    let mut reply = SqsBatchResponse::default();
    for record in event.records {
        let message = Message::new(record.body.unwrap_or_default());
        let span = message.span();
        if let Err(error) = trace::run_boxed(&span, handle(message)).await {
            match error.is::<OpenBatch>() {
                true => span.in_scope(|| tracing::info!("the batch is open; SQS delivers the message again")),
                false => {
                    let error = error_chain(error.as_ref());
                    span.in_scope(|| tracing::error!(error, "the message failed; SQS delivers it again"));
                }
            }
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = record.message_id.unwrap_or_default();
            reply.batch_item_failures.push(failure);
        }
    }
    reply
}

/// The maximum number of concurrent calls of `handle`.
const CONCURRENT: usize = 8;

/// Calls `handle` for each item, concurrently, in the span of the item. A failed item does not stop
/// the others.
///
/// # Errors
/// Returns an error after all items if any item failed. Lambda then repeats the whole batch, so
/// `handle` must be idempotent.
pub async fn process_batch<T, F>(
    items: impl IntoIterator<Item = T>,
    handle: impl Fn(T) -> F,
) -> Result<(), Error>
where
    T: Display + Traced,
    F: Future<Output = Result<(), Error>>,
{
    let handled = items.into_iter().map(|item| {
        let (name, span) = (item.to_string(), item.span());
        let work = trace::run(span, handle(item));
        async move { (name, work.await) }
    });
    let fold = async |mut failures: Failures, (name, outcome)| {
        failures.record(name, outcome);
        failures
    };
    iter(handled).buffer_unordered(CONCURRENT).fold(Failures::default(), fold).await.into_result()
}

/// Collects the failures of a batch, so that a failed item does not stop the others.
#[derive(Debug, Default)]
pub struct Failures {
    count: usize,
    first: Option<String>,
}

impl Failures {
    /// Records an error under `name` and returns `None`, or returns the value.
    pub fn record<T>(&mut self, name: impl Display, outcome: Result<T, Error>) -> Option<T> {
        let error = match outcome {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        self.count += 1;
        self.first.get_or_insert_with(|| format!("{name}: {}", error_chain(error.as_ref())));
        None
    }

    /// Returns an error with the number of failures and the first one, if there is any.
    pub fn into_result(self) -> Result<(), Error> {
        match self.first {
            None => Ok(()),
            Some(first) => Err(format!("{} failed, first {first}", self.count).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{PictureId, UserId};
    use serde_json::json;
    use std::cell::RefCell;

    fn picture(n: u128) -> PictureKey {
        PictureKey { owner_id: UserId(uuid::Uuid::from_u128(n)), picture_id: PictureId::new() }
    }

    fn record(key: &str) -> serde_json::Value {
        json!({"eventVersion": "2.1", "eventSource": "aws:s3", "eventTime": "2026-01-01T00:00:00.000Z",
            "eventName": "ObjectCreated:Put", "userIdentity": {}, "requestParameters": {}, "responseElements": {},
            "s3": {"bucket": {"name": "media"}, "object": {"key": key, "size": 1}}})
    }

    fn batch(bodies: &[String]) -> SqsEvent {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(i, body)| json!({"messageId": i.to_string(), "body": body}))
            .collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    #[tokio::test]
    async fn reports_only_the_failed_messages() {
        let (good, bad) = (picture(1), picture(2));
        let body = |key| json!({"Records": [record(&object_key::original(key))]}).to_string();
        let event = batch(&[body(good), body(bad), "not JSON".into(), body(good)]);
        let seen = RefCell::new(vec![]);
        let reply = process_uploads(event, |Original { picture, .. }| {
            seen.borrow_mut().push(picture);
            async move { if picture == bad { Err("no".into()) } else { Ok(()) } }
        })
        .await;
        let failed: Vec<_> = reply.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
        assert_eq!(failed, ["1", "2"]);
        assert_eq!(*seen.borrow(), [good, bad, good]);
    }

    #[tokio::test]
    async fn skips_test_events_and_keys_of_other_objects() {
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media"}).to_string();
        let foreign =
            json!({"Records": [record("originals/readme.txt"), record("renditions/x")]}).to_string();
        let reply = process_uploads(batch(&[test, foreign]), |_| async { Err("never called".into()) }).await;
        assert!(reply.batch_item_failures.is_empty());
    }

    #[test]
    fn finds_the_versions_of_an_original() {
        let picture = picture(1);
        let versions = [None, Some("1".to_owned()), Some("2".to_owned())];
        let records = versions.each_ref().map(|version_id| {
            let mut record = record(&object_key::original(picture));
            record["s3"]["object"]["versionId"] = json!(version_id);
            record
        });
        let found = parse_originals(&json!({ "Records": records }).to_string()).unwrap();
        assert_eq!(found, versions.map(|version_id| Original { picture, version_id }).into());
    }

    #[test]
    fn rejects_messages_that_are_not_s3_notifications() {
        for body in ["", "{}", "[]", r#"{"type": "picture.removed"}"#] {
            assert!(parse_originals(body).is_err(), "{body}");
        }
    }

    #[tokio::test]
    async fn a_failed_item_does_not_stop_the_others() {
        let pictures: BTreeSet<_> = (0..5).map(picture).collect();
        let seen = RefCell::new(0);
        let outcome = process_batch(pictures, |_| {
            *seen.borrow_mut() += 1;
            async { Err("no".into()) }
        });
        assert!(outcome.await.unwrap_err().to_string().starts_with("5 failed"));
        assert_eq!(*seen.borrow(), 5);
    }

    #[tokio::test]
    async fn an_open_batch_is_delivered_again() {
        let delay = SignedDuration::from_mins(6);
        let batch_of = |minutes| {
            let since = Timestamp::now() - SignedDuration::from_mins(minutes);
            let batch = AlbumBatch { album_id: domain::AlbumId::new(), by: None, since };
            let event = domain::ActivityEvent::AlbumPicturesAdded { batch };
            serde_json::to_string(&Activity { id: uuid::Uuid::now_v7(), at: since, event }).unwrap()
        };
        let member_id = UserId(uuid::Uuid::nil());
        let event = domain::ActivityEvent::FriendAccepted { from: member_id, to: member_id };
        let other = Activity { id: uuid::Uuid::now_v7(), at: Timestamp::now(), event };
        let other = serde_json::to_string(&other).unwrap();
        let event = batch(&[batch_of(0), batch_of(5), batch_of(7), other]);
        let handle = async |message: Message| Ok(require_complete_batch(&message.activity?, delay)?);
        let failures = process_messages(event, handle).await.batch_item_failures;
        let failures: Vec<_> = failures.iter().map(|failure| failure.item_identifier.as_str()).collect();
        assert_eq!(failures, ["0", "1"]);
    }
}
