//! Fakes at the wire for handler tests: real SDK clients whose answers the test gives, and the sample events.

use std::fs;
use std::path::Path;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use serde::de::DeserializeOwned;

use crate::api::Request;

/// A sample event of `events/`.
///
/// # Panics
/// There is no such event, or it is of another kind.
#[must_use]
pub fn sample<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A sample call of the REST API.
///
/// # Panics
/// As [`sample`].
#[must_use]
pub fn event(name: &str) -> Request {
    Request::new(sample(name))
}

/// A sample call with another body.
///
/// # Panics
/// As [`sample`].
#[must_use]
pub fn event_with(name: &str, body: &str) -> Request {
    let mut event: ApiGatewayProxyRequest = sample(name);
    event.body = Some(body.to_owned());
    Request::new(event)
}

fn interceptor<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> MockResponseInterceptor {
    let start = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    rules.into_iter().fold(start, MockResponseInterceptor::with_rule)
}

/// A DynamoDB client that answers by `rules` alone; the first that matches, whatever the order of calls.
#[must_use]
pub fn dynamodb<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> aws_sdk_dynamodb::Client {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Region, retry::RetryConfig};
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(credentials())
        .retry_config(RetryConfig::disabled())
        .http_client(create_mock_http_client())
        .interceptor(interceptor(rules));
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

/// An S3 client that answers by `rules` alone.
#[must_use]
pub fn s3<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> aws_sdk_s3::Client {
    use aws_sdk_s3::config::{BehaviorVersion, Builder, Region, retry::RetryConfig};
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(credentials())
        .retry_config(RetryConfig::disabled())
        .http_client(create_mock_http_client())
        .interceptor(interceptor(rules));
    aws_sdk_s3::Client::from_conf(config.build())
}

fn credentials() -> aws_credential_types::Credentials {
    aws_credential_types::Credentials::new("id", "secret", None, None, "test")
}
