//! Configuration from the environment, one HTTP connector, the SDK clients.
//!
//! `aws-config` is not used: on Lambda the credentials, the region and (on a local cloud) the endpoint are environment
//! variables, and its provider chain costs start-up time. One connector with a handful of roots is shared by all clients;
//! the SDK's own default builds a TLS stack per client. `docs/decisions.md` has the numbers.

use std::net::ToSocketAddrs;
use std::sync::OnceLock;
use std::{env, fs};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
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

/// The roots of AWS's endpoints: Amazon Root CA 1 to 4 and Starfield Services Root CA G2, as published by
/// [Amazon Trust Services](https://www.amazontrust.com/repository/). Few, because each is parsed at a cold start.
const AMAZON_ROOTS: &str = include_str!("aws/roots.pem");

/// An environment variable that the template sets for this function.
///
/// # Errors
/// Names the variable that is missing.
pub fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| format!("the environment variable {name} is not set").into())
}

/// What the SDK's clients are made from: read once at a cold start.
#[derive(Clone, Debug)]
pub struct Cloud {
    config: SdkConfig,
    credentials: Credentials,
}

impl Cloud {
    /// Reads `AWS_REGION`, the credentials, `AWS_ENDPOINT_URL` and `AWS_CA_BUNDLE` (or `SSL_CERT_FILE`).
    ///
    /// # Errors
    /// A variable is missing or the bundle cannot be read.
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

    /// What other clients of the SDK are made from.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// What this function signs with: good for as long as Lambda keeps it running.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A DynamoDB client.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    /// An S3 client. On a local cloud buckets are in the path, because `BUCKET.localhost` resolves in browsers only.
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

/// What every SDK client is made from, in Lambda and outside, credentials aside.
#[must_use]
pub fn config(region: String, endpoint: Option<String>, http: SharedHttpClient) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(SystemTimeSource::new()))
        .http_client(http);
    config.set_endpoint_url(endpoint);
    config.build()
}

/// One connector for all clients of a process, made when the first of them connects.
///
/// The SDK's own way of making one from the same parts builds another, unused, for every client: each time all roots
/// are parsed.
///
/// # Errors
/// The bundle that `AWS_CA_BUNDLE` or `SSL_CERT_FILE` names cannot be read or has no certificate.
pub fn http_client() -> Result<SharedHttpClient, Error> {
    let context = TlsContext::builder().with_trust_store(trust_store()?).build()?;
    let shared = OnceLock::new();
    // Timeouts are the SDK's defaults, the same for every client: whoever comes first may set them.
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

/// Names by `getaddrinfo`, on the thread that asks: the SDK's own resolver starts a thread for it, which costs a
/// twentieth of a cold start. A function handles one event at a time and can do nothing before it is connected.
#[derive(Clone, Debug)]
struct SystemResolver;

impl ResolveDns for SystemResolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        let found = (name, 0).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect());
        DnsFuture::ready(found.map_err(ResolveDnsError::new))
    }
}
