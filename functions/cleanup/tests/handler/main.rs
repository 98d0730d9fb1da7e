//! Tests the handler with its sample events. The AWS clients are mocked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod account;
mod album;
mod deadline;
mod fake_tables;
mod original;
mod orphans;
mod picture;

use aws_lambda_events::sqs::SqsBatchResponse;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::Object;
use aws_smithy_mocks::{Rule, RuleBuilder, mock};
use cleanup::{Context, UserPool};
use domain::Picture;
use domain::object_key;
use lambda::Error;
use lambda::api_keys::ApiKeys;
use lambda::push::PushEndpoints;
use serde_json::{Value, json};
use store::Media;

/// The id of the user pool.
const USER_POOL: &str = "us-east-1_AbCdEfGhI";

/// The rules that answer the requests to each service. A request without a rule fails the test.
#[derive(Default)]
struct Services<'a> {
    tables: &'a [&'a Rule],
    bucket: &'a [&'a Rule],
    push_endpoints: &'a [&'a Rule],
    api_keys: &'a [&'a Rule],
    user_pool: &'a [&'a Rule],
}

impl Services<'_> {
    async fn handle(&self, event: Value) -> Result<Option<SqsBatchResponse>, Error> {
        let context = Context::new(
            &testing::database(self.tables.iter().copied()),
            Media::new(testing::s3(self.bucket.iter().copied()), "media".into()),
            PushEndpoints::new(testing::sns(self.push_endpoints.iter().copied())),
            ApiKeys::new(testing::api_gateway(self.api_keys.iter().copied())),
            UserPool::new(testing::cognito(self.user_pool.iter().copied()), USER_POOL.into()),
        );
        cleanup::handle(&context, serde_json::from_value(event).unwrap()).await
    }

    /// Handles an event of the queue. Returns `true` if all messages succeeded.
    async fn succeeds(&self, event: Value) -> bool {
        let reply = self.handle(event).await.unwrap().expect("a reply to a queue");
        reply.batch_item_failures.is_empty()
    }
}

/// Returns a rule that replies with this row of the Pictures table.
fn picture_row(picture: Option<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Pictures"), Some(true))
        })
        .then_output(move || GetItemOutput::builder().set_item(picture.as_ref().map(testing::row)).build())
}

type Deletion = RuleBuilder<TransactWriteItemsInput, TransactWriteItemsOutput, TransactWriteItemsError>;

/// Returns a rule builder that matches the deletion of the sample picture on a condition. The
/// deletion subtracts the picture from the totals of its owner.
fn match_deletion(has_condition: impl Fn(&str) -> bool + Send + Sync + 'static) -> Deletion {
    mock!(aws_sdk_dynamodb::Client::transact_write_items).match_requests(move |request| {
        let [delete, total] = request.transact_items() else { return false };
        let (Some(delete), Some(total)) = (delete.delete(), total.update()) else { return false };
        let values = total.expression_attribute_values().unwrap();
        let added = [":pictures", ":bytes"].map(|name| values[name].as_n().unwrap().as_str());
        (delete.table_name(), total.table_name()) == ("Pictures", "Quotas")
            && has_condition(delete.condition_expression().unwrap())
            && total.key()["period"].as_s().unwrap() == "total"
            && added == ["-1", "-3196160"]
    })
}

/// Returns the error of a transaction that was cancelled. `conditions_failed` states for each write
/// whether its condition failed.
fn cancelled(conditions_failed: [bool; 2]) -> TransactWriteItemsError {
    let reasons = conditions_failed.map(|failed| {
        let code = if failed { "ConditionalCheckFailed" } else { "None" };
        CancellationReason::builder().code(code).build()
    });
    let error = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.into()));
    TransactWriteItemsError::TransactionCanceledException(error.build())
}

/// Returns a rule that lists the original of the sample picture if `exists`.
fn list_original(exists: bool) -> Rule {
    let key = object_key::original(testing::registered_picture().key);
    let object = exists.then(|| Object::builder().key(&key).build());
    mock!(aws_sdk_s3::Client::list_objects_v2)
        .match_requests(move |request| request.prefix() == Some(&key))
        .then_output(move || {
            ListObjectsV2Output::builder().set_contents(object.clone().map(|object| vec![object])).build()
        })
}

/// Returns the sample event of the queue with another body.
fn queue_event(body: &str) -> Value {
    let mut event: Value = testing::sample_event("cleanup.json");
    event["Records"][0]["body"] = json!(body);
    event
}

/// Returns the sample event of the Users stream with another key.
fn user_event(key: &str) -> Value {
    let mut event: Value = testing::sample_event("cleanup-account.json");
    event["Records"][0]["dynamodb"]["Keys"] = json!({"userId": {"S": key}});
    event
}

#[tokio::test]
async fn ignores_profiles_and_reserved_handles() {
    for key in ["3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "handle#ada"] {
        Services::default().handle(user_event(key)).await.unwrap();
    }
}

#[tokio::test]
async fn rejects_records_of_other_tables() {
    let mut event: Value = testing::sample_event("cleanup-account.json");
    event["Records"][0]["dynamodb"]["Keys"] = json!({"feedId": {"S": "public#1"}});
    assert!(Services::default().handle(event).await.is_err());
}

#[tokio::test]
async fn a_message_of_another_type_fails() {
    for body in ["", "{}", r#"{"id": "1", "type": "picture.removed"}"#, r#"{"Records": [{}]}"#] {
        assert!(!Services::default().succeeds(queue_event(body)).await, "{body}");
    }
}

#[tokio::test]
async fn ignores_other_activities_and_s3_test_events() {
    let mut ready: Value = testing::sample_event("cleanup.json");
    ready = serde_json::from_str(ready["Records"][0]["body"].as_str().unwrap()).unwrap();
    ready["type"] = json!("picture.ready");
    let test_event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media"});
    for body in [ready, test_event] {
        assert!(Services::default().succeeds(queue_event(&body.to_string())).await, "{body}");
    }
}
