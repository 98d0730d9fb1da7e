//! The handler against its sample events, the SDK faked at the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod account;
mod picture;

use aws_lambda_events::dynamodb::Event;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use cleanup::{Accounts, Stores};
use serde_json::{Value, json};
use shared::store::{Friendships, Media, Pictures, Users};
use shared::{Error, test};

/// The function with services that answer by these rules alone.
async fn handle(event: Event, tables: &[&Rule], bucket: &[&Rule], pool: &[&Rule]) -> Result<(), Error> {
    let client = test::dynamodb(tables.iter().copied());
    let stores = Stores {
        pictures: Pictures::new(client.clone(), "Pictures".into()),
        media: Media::new(test::s3(bucket.iter().copied()), "media".into()),
        users: Users::new(client.clone(), "Users".into()),
        friendships: Friendships::new(client, "Friendships".into()),
        accounts: Accounts::new(cognito(pool), "us-east-1_AbCdEfGhI".into()),
    };
    cleanup::handle(&stores, event).await
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

/// The sample event about a row of Users with another key.
fn about_user(key: &str) -> Event {
    let mut event: Value = test::sample("cleanup-account.json");
    event["Records"][0]["dynamodb"]["Keys"] = json!({"userId": {"S": key}});
    serde_json::from_value(event).unwrap()
}

#[tokio::test]
async fn profiles_and_handles_leave_nothing() {
    for key in ["3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d", "handle#ada"] {
        handle(about_user(key), &[], &[], &[]).await.unwrap();
    }
}

#[tokio::test]
async fn another_table_is_a_mistake() {
    let mut event: Value = test::sample("cleanup-account.json");
    event["Records"][0]["dynamodb"]["Keys"] = json!({"feedId": {"S": "public#1"}});
    assert!(handle(serde_json::from_value(event).unwrap(), &[], &[], &[]).await.is_err());
}
