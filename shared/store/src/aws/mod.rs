//! SDK configuration from the environment, with one HTTP connector for all clients.
//!
//! Does not use `aws-config`, because its provider chain costs start-up time and Lambda sets the
//! credentials and the region as environment variables. All clients share one connector with few
//! root certificates; by default, the SDK builds a TLS stack per client. For measurements see
//! `docs/decisions/2026-11-21-no-aws-config.md`.

use std::net::ToSocketAddrs;
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, error, fs};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::{
    delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError,
};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::Error;

/// The maximum time of one attempt of a call. The SDK retries after it. By default, it waits for a
/// reply forever, for example on a connection that the network dropped.
///
/// [Timeouts](https://docs.aws.amazon.com/sdk-for-rust/latest/dg/timeouts.html)
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(8);
/// The maximum time of a call with all attempts. API Gateway waits for a reply for 29 seconds.
const CALL_TIMEOUT: Duration = Duration::from_secs(25);
/// The maximum number of attempts of a call of DynamoDB.
const DYNAMODB_ATTEMPTS: u32 = 8;
/// The maximum time before the second attempt of a call of DynamoDB. It doubles before each further
/// attempt. By default, the SDK waits up to 1 s.
const DYNAMODB_BACKOFF: Duration = Duration::from_millis(50);

/// The root certificates of AWS endpoints: Amazon Root CA 1 to 4 and Starfield Services Root CA G2,
/// from [Amazon Trust Services](https://www.amazontrust.com/repository/). Every cold start parses
/// them all.
const AMAZON_ROOTS: &str = include_str!("roots.pem");

/// Reads an environment variable.
///
/// # Errors
/// Returns an error that names the variable if it is not set or not UTF-8.
pub fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| format!("the environment variable {name} is not set or not UTF-8").into())
}

/// The configuration and the credentials of SDK clients, read once per cold start.
#[derive(Clone, Debug)]
pub struct Cloud {
    config: SdkConfig,
    credentials: Credentials,
}

impl Cloud {
    /// Reads the region, the credentials, the optional endpoint (`AWS_ENDPOINT_URL`) and the
    /// optional certificate bundle (`AWS_CA_BUNDLE` or `SSL_CERT_FILE`) from the environment.
    ///
    /// # Errors
    /// Returns an error if a required variable is not set or the bundle cannot be read.
    pub fn from_env() -> Result<Self, Error> {
        let credentials = Credentials::new(
            variable("AWS_ACCESS_KEY_ID")?,
            variable("AWS_SECRET_ACCESS_KEY")?,
            env::var("AWS_SESSION_TOKEN").ok(),
            None,
            "environment",
        );
        let config = config(variable("AWS_REGION")?, env::var("AWS_ENDPOINT_URL").ok(), http_client()?);
        let provider = SharedCredentialsProvider::new(credentials.clone());
        Ok(Self { config: config.into_builder().credentials_provider(provider).build(), credentials })
    }

    /// Returns the configuration for further SDK clients.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Returns the credentials of the function, valid until its execution environment ends.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Creates a DynamoDB client that retries a write of a row that is part of a transaction at the
    /// same time.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let retries = RetryConfig::standard()
            .with_max_attempts(DYNAMODB_ATTEMPTS)
            .with_initial_backoff(DYNAMODB_BACKOFF);
        let config = aws_sdk_dynamodb::config::Builder::from(&self.config)
            .retry_config(retries)
            .retry_classifier(retry_conflicts::<PutItemError>())
            .retry_classifier(retry_conflicts::<UpdateItemError>())
            .retry_classifier(retry_conflicts::<DeleteItemError>())
            .build();
        aws_sdk_dynamodb::Client::from_conf(config)
    }

    /// Creates an S3 client. With an endpoint of a local cloud, the client puts the bucket in the
    /// path, because only browsers resolve `BUCKET.localhost`.
    #[must_use]
    pub fn s3(&self) -> aws_sdk_s3::Client {
        use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
        let config = Builder::from(&self.config)
            .force_path_style(self.config.endpoint_url().is_some())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }
}

/// Retries `TransactionConflictException`, which the SDK does not retry by default. With it,
/// DynamoDB rejects a write of a row during a transaction with the same row.
fn retry_conflicts<E>() -> AwsErrorCodeClassifier<E>
where
    E: error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    AwsErrorCodeClassifier::builder().transient_errors(["TransactionConflictException"].as_slice()).build()
}

/// Creates the configuration of SDK clients without credentials.
#[must_use]
pub fn config(region: String, endpoint: Option<String>, http: SharedHttpClient) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(SystemTimeSource::new()))
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(CALL_TIMEOUT)
                .build(),
        )
        .http_client(http);
    config.set_endpoint_url(endpoint);
    config.build()
}

/// Creates an HTTP client that opens one connector at the first request and shares it among all SDK
/// clients.
///
/// The SDK's own HTTP client creates a connector for each SDK client, and parses all root
/// certificates each time.
///
/// # Errors
/// Returns an error if the bundle that `AWS_CA_BUNDLE` or `SSL_CERT_FILE` names cannot be read. An
/// invalid certificate panics at the first request.
pub fn http_client() -> Result<SharedHttpClient, Error> {
    let context = TlsContext::builder().with_trust_store(trust_store()?).build()?;
    let shared = OnceLock::new();
    // The first client decides the timeouts: all clients use the SDK's defaults.
    Ok(http_client_fn(move |settings, components| {
        let connector = shared.get_or_init(|| {
            let mut builder = Connector::builder().connector_settings(settings.clone());
            builder.set_sleep_impl(components.sleep_impl());
            let builder = builder.tls_provider(tls::Provider::Rustls(CryptoMode::Ring));
            SharedHttpConnector::new(builder.tls_context(context.clone()).build_with_resolver(SystemResolver))
        });
        connector.clone()
    }))
}

fn trust_store() -> Result<TrustStore, Error> {
    let bundle = env::var_os("AWS_CA_BUNDLE").or_else(|| env::var_os("SSL_CERT_FILE"));
    let roots = match bundle {
        Some(path) => fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => AMAZON_ROOTS.as_bytes().to_vec(),
    };
    Ok(TrustStore::empty().with_pem_certificate(roots))
}

/// Resolves names with `getaddrinfo` on the calling thread. The SDK's resolver starts a thread,
/// which takes 5 % of a cold start. Blocking is harmless, because a function handles one event at a
/// time and needs the connection to proceed.
#[derive(Clone, Debug)]
struct SystemResolver;

impl ResolveDns for SystemResolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        let resolved =
            (name, 0).to_socket_addrs().map(|addresses| addresses.map(|address| address.ip()).collect());
        DnsFuture::ready(resolved.map_err(ResolveDnsError::new))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use aws_sdk_dynamodb::types::AttributeValue;
    use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_runtime_api::http::{Response, StatusCode};

    use super::*;

    /// A reply of DynamoDB: a status and a body. `None` is no reply at all.
    type Reply = Option<(u16, &'static str)>;

    /// Replies to each request with the next reply.
    #[derive(Debug)]
    struct Replies(Mutex<std::vec::IntoIter<Reply>>);

    impl HttpConnector for Replies {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            match self.0.lock().unwrap().next().expect("no further attempt") {
                Some((status, body)) => {
                    let status = StatusCode::try_from(status).unwrap();
                    HttpConnectorFuture::ready(Ok(Response::new(status, body.into())))
                }
                None => HttpConnectorFuture::new(std::future::pending()),
            }
        }
    }

    /// Updates a row with a client that gets `replies`.
    async fn update_row(replies: Vec<Reply>) -> Result<(), String> {
        let connector = SharedHttpConnector::new(Replies(Mutex::new(replies.into_iter())));
        let http = http_client_fn(move |_, _| connector.clone());
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let config = config("us-east-1".into(), None, http)
            .into_builder()
            .credentials_provider(SharedCredentialsProvider::new(credentials.clone()))
            .build();
        let client = Cloud { config, credentials }.dynamodb();
        let update = client.update_item().table_name("Pictures").key("id", AttributeValue::S("1".into()));
        update.send().await.map(drop).map_err(|error| format!("{error:?}"))
    }

    const OK: Reply = Some((200, "{}"));
    const CONFLICT: Reply =
        Some((400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}"#));
    const CONDITION: Reply =
        Some((400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#));

    #[tokio::test(start_paused = true)]
    async fn retries_a_write_that_conflicts_with_a_transaction() {
        update_row(vec![CONFLICT, CONFLICT, CONFLICT, CONFLICT, OK]).await.unwrap();
        let error = update_row(vec![CONFLICT; 8]).await.unwrap_err();
        assert!(error.contains("TransactionConflict"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn returns_a_failed_condition_at_once() {
        assert!(update_row(vec![CONDITION]).await.unwrap_err().contains("ConditionalCheckFailed"));
    }

    #[tokio::test(start_paused = true)]
    async fn retries_a_call_without_reply() {
        update_row(vec![None, OK]).await.unwrap();
        let start = tokio::time::Instant::now();
        update_row(vec![None; 8]).await.unwrap_err();
        assert!(start.elapsed() <= CALL_TIMEOUT, "{:?}", start.elapsed());
    }
}
