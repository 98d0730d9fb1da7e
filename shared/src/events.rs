//! What events are to our handlers: hints of *which* thing changed. Everything else is read from the record.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::future::Future;

use aws_lambda_events::dynamodb;
use aws_lambda_events::s3::S3EventRecord;
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use futures_util::stream::{StreamExt, iter};
use serde::Deserialize;
use tracing::Instrument;

use crate::Error;
use crate::api::error_chain;
use crate::key;
use crate::model::PictureKey;

/// What calls a function that follows streams and a queue.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Trigger {
    /// A stream.
    Stream(dynamodb::Event),
    /// The queue.
    Queue(SqsEvent),
}

/// A notification of S3.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum S3Notification {
    Records {
        #[serde(rename = "Records")]
        records: Vec<S3EventRecord>,
    },
    /// `s3:TestEvent`, which S3 sends when a subscription is made.
    Test {
        #[serde(rename = "Event")]
        _event: String,
    },
}

/// The pictures whose originals a notification of S3 is about, whatever happened to them. Keys that are nobody's picture are left
/// out.
///
/// # Errors
/// The message is no notification of S3.
pub fn originals(body: &str) -> Result<BTreeSet<PictureKey>, Error> {
    let records = match serde_json::from_str(body)? {
        S3Notification::Records { records } => records,
        S3Notification::Test { .. } => vec![],
    };
    let keys = records.iter().filter_map(|record| record.s3.object.key.as_deref());
    let (named, foreign): (Vec<_>, Vec<_>) =
        keys.map(|k| key::parse_original(k).ok_or(k)).partition(Result::is_ok);
    for key in foreign.into_iter().filter_map(Result::err) {
        tracing::warn!(key, "not the key of a picture; nothing to do");
    }
    Ok(named.into_iter().filter_map(Result::ok).collect())
}

/// Hands each uploaded picture of a batch to `handle`.
pub async fn each_upload<F>(event: SqsEvent, handle: impl Fn(PictureKey) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<(), Error>>,
{
    each_message(event, async |body| each(originals(&body)?, &handle).await).await
}

/// Hands the body of each message of a batch to `handle`. Messages that fail are reported one by one, so that the good ones are
/// not repeated and the bad ones end in the dead-letter queue.
pub async fn each_message<F>(event: SqsEvent, handle: impl Fn(String) -> F) -> SqsBatchResponse
where
    F: Future<Output = Result<(), Error>>,
{
    let mut reply = SqsBatchResponse::default();
    for message in event.records {
        if let Err(error) = handle(message.body.unwrap_or_default()).await {
            tracing::error!(error = %error_chain(error.as_ref()), "the message will be tried again");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            reply.batch_item_failures.push(failure);
        }
    }
    reply
}

/// How many things of a batch are handled at the same time.
const CONCURRENT: usize = 8;

/// Does all it can, a few things at a time, then fails if anything failed: the batch is then repeated whole, which is harmless
/// because every handler goes by the record and not by the event.
///
/// # Errors
/// [`Failures`].
pub async fn each<T, F>(things: impl IntoIterator<Item = T>, handle: impl Fn(T) -> F) -> Result<(), Error>
where
    T: Display,
    F: Future<Output = Result<(), Error>>,
{
    let handled = things.into_iter().map(|thing| {
        let name = thing.to_string();
        let span = tracing::info_span!("thing", id = name);
        let work = handle(thing).instrument(span);
        async move { (name, work.await) }
    });
    let fold = async |mut failures: Failures, (name, outcome)| {
        failures.note(name, outcome);
        failures
    };
    iter(handled).buffer_unordered(CONCURRENT).fold(Failures::default(), fold).await.into_result()
}

/// What failed while all that could be done was done.
#[derive(Debug, Default)]
pub struct Failures {
    number: usize,
    first: Option<String>,
}

impl Failures {
    /// Keeps what failed, and gives what did not.
    pub fn note<T>(&mut self, name: impl Display, outcome: Result<T, Error>) -> Option<T> {
        let error = match outcome {
            Ok(done) => return Some(done),
            Err(error) => error,
        };
        self.number += 1;
        self.first.get_or_insert_with(|| format!("{name}: {}", error_chain(error.as_ref())));
        None
    }

    /// Fails if anything failed.
    ///
    /// # Errors
    /// How many did, and how the first one.
    pub fn into_result(self) -> Result<(), Error> {
        match self.first {
            None => Ok(()),
            Some(first) => Err(format!("{} failed, first {first}", self.number).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PictureId, UserId};
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
    async fn one_bad_message_does_not_repeat_the_good_ones() {
        let (good, bad) = (picture(1), picture(2));
        let body = |key| json!({"Records": [record(&key::original(key))]}).to_string();
        let event = batch(&[body(good), body(bad), "not JSON".into(), body(good)]);
        let seen = RefCell::new(vec![]);
        let reply = each_upload(event, |key| {
            seen.borrow_mut().push(key);
            async move { if key == bad { Err("no".into()) } else { Ok(()) } }
        })
        .await;
        let failed: Vec<_> = reply.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
        assert_eq!(failed, ["1", "2"]);
        assert_eq!(*seen.borrow(), [good, bad, good]);
    }

    #[tokio::test]
    async fn test_events_and_foreign_keys_are_ignored() {
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media"}).to_string();
        let foreign =
            json!({"Records": [record("originals/readme.txt"), record("renditions/x")]}).to_string();
        let reply = each_upload(batch(&[test, foreign]), |_| async { Err("never called".into()) }).await;
        assert!(reply.batch_item_failures.is_empty());
    }

    #[test]
    fn what_is_no_notification_is_an_error() {
        for body in ["", "{}", "[]", r#"{"type": "picture.removed"}"#] {
            assert!(originals(body).is_err(), "{body}");
        }
    }

    #[tokio::test]
    async fn a_failing_picture_does_not_keep_the_others_from_their_turn() {
        let pictures: BTreeSet<_> = (0..5).map(picture).collect();
        let seen = RefCell::new(0);
        let outcome = each(pictures, |_| {
            *seen.borrow_mut() += 1;
            async { Err("no".into()) }
        });
        assert!(outcome.await.unwrap_err().to_string().starts_with("5 failed"));
        assert_eq!(*seen.borrow(), 5);
    }
}
