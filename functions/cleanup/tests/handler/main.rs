//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod account;
mod deadline;
mod original;
mod picture;

use aws_lambda_events::sqs::SqsBatchResponse;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::Object;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client, mock};
use cleanup::{Accounts, Context};
use domain::Picture;
use domain::object_key;
use lambda::Error;
use lambda::push::PushEndpoints;
use serde_json::{Value, json};
use store::{Comments, Deadlines, Endpoints, Friendships, Media, Notifications, Pictures, Users};

/// The services, which answer by these rules alone.
#[derive(Default)]
struct Cloud<'a> {
    tables: &'a [&'a Rule],
    bucket: &'a [&'a Rule],
    push_endpoints: &'a [&'a Rule],
    pool: &'a [&'a Rule],
}

impl Cloud<'_> {
    async fn handle(&self, event: Value) -> Result<Option<SqsBatchResponse>, Error> {
        let client = testing::dynamodb(self.tables.iter().copied());
        let context = Context {
            pictures: Pictures::new(client.clone(), "Pictures".into()),
            media: Media::new(testing::s3(self.bucket.iter().copied()), "media".into()),
            comments: Comments::new(client.clone(), "Comments".into()),
            deadlines: Deadlines::new(client.clone(), "Deadlines".into()),
            users: Users::new(client.clone(), "Users".into()),
            friendships: Friendships::new(client.clone(), "Friendships".into()),
            connections: Endpoints::new(client.clone(), "Connections".into()),
            devices: Endpoints::new(client.clone(), "Devices".into()),
            notifications: Notifications::new(client, "Notifications".into()),
            push_endpoints: PushEndpoints::new(testing::sns(self.push_endpoints.iter().copied())),
            accounts: Accounts::new(cognito(self.pool), "us-east-1_AbCdEfGhI".into()),
        };
        cleanup::handle(&context, serde_json::from_value(event).unwrap()).await
    }

    /// Handles a sample event of the queue; whether all its messages were dealt with.
    async fn deals_with(&self, event: Value) -> bool {
        let reply = self.handle(event).await.unwrap().expect("a reply to a queue");
        reply.batch_item_failures.is_empty()
    }
}

fn cognito(rules: &[&Rule]) -> aws_sdk_cognitoidentityprovider::Client {
    let start = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    let config = aws_sdk_cognitoidentityprovider::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(create_mock_http_client())
        .interceptor(rules.iter().fold(start, |all, rule| all.with_rule(rule)));
    aws_sdk_cognitoidentityprovider::Client::from_conf(config.build())
}

/// The sample picture's record as it is.
fn record(picture: Option<Picture>) -> Rule {
    mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| {
            (request.table_name(), request.consistent_read()) == (Some("Pictures"), Some(true))
        })
        .then_output(move || GetItemOutput::builder().set_item(picture.as_ref().map(testing::row)).build())
}

/// Whether the sample picture's original is in the bucket.
fn original(there: bool) -> Rule {
    let key = key::original(testing::registered_picture().key);
    let object = there.then(|| Object::builder().key(&key).build());
    mock!(aws_sdk_s3::Client::list_objects_v2)
        .match_requests(move |request| request.prefix() == Some(&key))
        .then_output(move || {
            ListObjectsV2Output::builder().set_contents(object.clone().map(|o| vec![o])).build()
        })
}

/// A sample event of the queue with another body.
fn message(body: &str) -> Value {
    let mut event: Value = testing::sample_event("cleanup.json");
    event["Records"][0]["body"] = json!(body);
    event
}

/// The sample event about a row of Users with another key.
fn about_user(key: &str) -> Value {
    let mut event: Value = testing::sample_event("cleanup-account.json");
    event["Records"][0]["dynamodb"]["Keys"] = json!({"userId": {"S": key}});
    event
}

#[tokio::test]
async fn profiles_and_handles_leave_nothing() {
    for key in ["3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "handle#ada"] {
        Cloud::default().handle(about_user(key)).await.unwrap();
    }
}

#[tokio::test]
async fn another_table_is_a_mistake() {
    let mut event: Value = testing::sample_event("cleanup-account.json");
    event["Records"][0]["dynamodb"]["Keys"] = json!({"feedId": {"S": "public#1"}});
    assert!(Cloud::default().handle(event).await.is_err());
}

#[tokio::test]
async fn a_message_that_is_neither_is_put_aside() {
    for body in ["", "{}", r#"{"id": "1", "type": "picture.removed"}"#, r#"{"Records": [{}]}"#] {
        assert!(!Cloud::default().deals_with(message(body)).await, "{body}");
    }
}

#[tokio::test]
async fn other_activity_and_test_events_ask_nothing() {
    let mut ready: Value = testing::sample_event("cleanup.json");
    ready = serde_json::from_str(ready["Records"][0]["body"].as_str().unwrap()).unwrap();
    ready["type"] = json!("picture.ready");
    let test_event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media"});
    for body in [ready, test_event] {
        assert!(Cloud::default().deals_with(message(&body.to_string())).await, "{body}");
    }
}
