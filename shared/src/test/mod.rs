//! Fakes at the wire for handler tests: real SDK clients whose answers the test gives, and the sample events.

use std::fs;
use std::path::Path;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use serde::de::DeserializeOwned;

use crate::api::Request;
use crate::model::{CameraFacts, ContentType, Gps, Picture, PictureKey, Rendition, Renditions, Visibility};

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

/// An SDK client that answers by rules alone; the first that matches, whatever the order of calls.
macro_rules! fake {
    ($(#[$doc:meta])* $name:ident, $sdk:ident) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> $sdk::Client {
            use $sdk::config::{BehaviorVersion, Builder, Region, retry::RetryConfig};
            let config = Builder::new()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new("us-east-1"))
                .credentials_provider(credentials())
                .retry_config(RetryConfig::disabled())
                .http_client(create_mock_http_client())
                .interceptor(interceptor(rules));
            $sdk::Client::from_conf(config.build())
        }
    };
}

fake!(
    /// A DynamoDB client that answers by `rules` alone; the first that matches, whatever the order of calls.
    dynamodb,
    aws_sdk_dynamodb
);
fake!(
    /// The same for S3.
    s3,
    aws_sdk_s3
);
fake!(
    /// The same for SNS.
    sns,
    aws_sdk_sns
);

/// The key that seals cursors, in the table `Secrets`.
#[must_use]
pub fn seal_key() -> Rule {
    aws_smithy_mocks::mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Secrets"))
        .then_output(|| {
            let key = AttributeValue::B(Blob::new([7; 32]));
            GetItemOutput::builder().set_item(Some([("key".to_owned(), key)].into())).build()
        })
}

/// Signs URLs of a bucket that is not there.
#[must_use]
pub fn links() -> crate::store::Links {
    crate::store::Links::new(
        credentials(),
        "us-east-1".into(),
        "https://media.s3.us-east-1.amazonaws.com".into(),
    )
}

fn credentials() -> aws_credential_types::Credentials {
    aws_credential_types::Credentials::new("id", "secret", None, None, "test")
}

/// A value as a row of DynamoDB.
///
/// # Panics
/// The value is not an object.
#[must_use]
pub fn row(
    value: &impl serde::Serialize,
) -> std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue> {
    serde_dynamo::aws_sdk_dynamodb_1::to_item(value).unwrap_or_else(|error| panic!("{error}"))
}

/// The picture that the sample events are about, as registered: a private JPEG of 3,196,160 bytes.
///
/// # Panics
/// Never: the ids are constants.
#[must_use]
pub fn registered() -> Picture {
    let (owner_id, picture_id) = (OWNER.parse(), PICTURE.parse());
    let (Ok(owner_id), Ok(picture_id)) = (owner_id, picture_id) else { panic!("constants are ids") };
    Picture::registered(
        PictureKey { owner_id, picture_id },
        Visibility::Private,
        ContentType::Jpeg,
        3_196_160,
    )
}

/// The same picture, ready.
#[must_use]
pub fn ready(visibility: Visibility) -> Picture {
    Picture {
        visibility,
        width: Some(4288),
        height: Some(2848),
        thumbhash: Some("nBgGDYAGV5aKh3hxemiHdwamYwF8".into()),
        renditions: Some(Renditions {
            small: Rendition { width: 320, height: 213, bytes: 9_000 },
            large: Rendition { width: 1600, height: 1063, bytes: 250_000 },
        }),
        metadata: Some(CameraFacts::default()),
        gps: Some(Gps { latitude: 46.9, longitude: 7.4, altitude: None }),
        ..registered()
    }
}

/// The sample events' owner and caller.
const OWNER: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The sample events' picture.
const PICTURE: &str = "019a1234-5678-7abc-8def-0123456789ab";
