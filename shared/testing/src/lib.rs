//! Fakes for handler tests: SDK clients with replies that the test defines, and the sample events.

mod album_rows;

use std::fs;
use std::path::Path;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client};
use domain::{
    CameraFacts, ContentType, Gps, Picture, PictureKey, QuotaLimits, Rendition, Renditions, Visibility,
};
use lambda::connection_sender::ConnectionSender;
use lambda::http::Request;
use serde::de::DeserializeOwned;
use store::{Database, UrlPresigner};

pub use album_rows::AlbumRows;

/// Reads a sample event from `events/`.
///
/// # Panics
/// Panics if the file does not exist or does not parse as `T`.
#[must_use]
pub fn sample_event<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a sample request of the REST API from `events/`.
///
/// # Panics
/// Panics in the same cases as [`sample_event`].
#[must_use]
pub fn sample_request(name: &str) -> Request {
    Request::new(sample_event(name))
}

/// Reads a sample request and replaces its body.
///
/// # Panics
/// Panics in the same cases as [`sample_event`].
#[must_use]
pub fn sample_request_with_body(name: &str, body: &str) -> Request {
    let mut event: ApiGatewayProxyRequest = sample_event(name);
    event.body = Some(body.to_owned());
    Request::new(event)
}

fn interceptor<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> MockResponseInterceptor {
    let start = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    rules.into_iter().fold(start, MockResponseInterceptor::with_rule)
}

/// Defines a function that creates an SDK client. The first matching rule replies to a call; calls
/// can come in any order.
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
    /// Creates a DynamoDB client. The first matching rule replies to a call; calls can come in any
    /// order.
    dynamodb,
    aws_sdk_dynamodb
);
fake!(
    /// Creates an S3 client that uses `rules` as [`dynamodb`] does.
    s3,
    aws_sdk_s3
);
fake!(
    /// Creates a client of Cognito user pools that uses `rules` as [`dynamodb`] does.
    cognito,
    aws_sdk_cognitoidentityprovider
);
fake!(
    /// Creates a client of the management API of WebSocket connections that uses `rules` as
    /// [`dynamodb`] does.
    connections,
    aws_sdk_apigatewaymanagement
);
fake!(
    /// Creates a client of API Gateway's management API that uses `rules` as [`dynamodb`] does.
    api_gateway,
    aws_sdk_apigateway
);
fake!(
    /// Creates an SNS client that uses `rules` as [`dynamodb`] does.
    sns,
    aws_sdk_sns
);

/// Creates a sender of messages to connections with a client of [`connections`].
#[must_use]
pub fn connection_sender<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> ConnectionSender {
    ConnectionSender::new(connections(rules))
}

/// Creates a database with a client of [`dynamodb`]. Each table has the name of its variant of
/// [`store::Table`].
#[must_use]
pub fn database<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Database {
    Database::new(dynamodb(rules), |table| format!("{table:?}"))
}

/// Creates a rule for reads of the table `Secrets`. It replies with a constant signing key for
/// cursors.
#[must_use]
pub fn cursor_key() -> Rule {
    aws_smithy_mocks::mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|request| request.table_name() == Some("Secrets"))
        .then_output(|| {
            let key = AttributeValue::B(Blob::new([7; 32]));
            GetItemOutput::builder().set_item(Some([("key".to_owned(), key)].into())).build()
        })
}

/// Creates a presigner for a bucket that does not exist. Handler tests never send the requests.
#[must_use]
pub fn presigner() -> UrlPresigner {
    UrlPresigner::new(credentials(), "us-east-1".into(), "https://media.s3.us-east-1.amazonaws.com".into())
}

/// Limits that the tests of other rules do not reach.
pub const LIMITS: QuotaLimits = QuotaLimits {
    pictures: 50_000,
    bytes: 500_000_000_000,
    pictures_per_day: 2_000,
    bytes_per_day: 20_000_000_000,
    open_registrations: 300,
    comments_per_hour: 120,
    friend_requests_per_day: 50,
    devices: 10,
    connections: 50,
};

fn credentials() -> aws_credential_types::Credentials {
    aws_credential_types::Credentials::new("id", "secret", None, None, "test")
}

/// Converts a value to a DynamoDB row.
///
/// # Panics
/// Panics if the value does not serialize to an object.
#[must_use]
pub fn row(
    value: &impl serde::Serialize,
) -> std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue> {
    serde_dynamo::aws_sdk_dynamodb_1::to_item(value).unwrap_or_else(|error| panic!("{error}"))
}

/// Creates the picture of the sample events, as registered: a private JPEG of 3,196,160 bytes.
///
/// # Panics
/// Never panics, because the ids are constants.
#[must_use]
pub fn registered_picture() -> Picture {
    let (owner_id, picture_id) = (OWNER.parse(), PICTURE.parse());
    let (Ok(owner_id), Ok(picture_id)) = (owner_id, picture_id) else { panic!("constants are ids") };
    Picture::register(PictureKey { owner_id, picture_id }, Visibility::Private, ContentType::Jpeg, 3_196_160)
}

/// Creates the picture of [`registered_picture`] in the state `ready`.
#[must_use]
pub fn ready_picture(visibility: Visibility) -> Picture {
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
        ..registered_picture()
    }
}

/// The member who owns the picture and sends the requests of the sample events.
const OWNER: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
/// The picture of the sample events.
const PICTURE: &str = "019a1234-5678-7abc-8def-0123456789ab";
