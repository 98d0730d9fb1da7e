//! SDK configuration from the environment, with one HTTP connector for all clients.
//!
//! Does not use `aws-config`, because its provider chain costs start-up time and Lambda sets the
//! credentials and the region as environment variables. All clients share one connector with few
//! root certificates; by default, the SDK builds a TLS stack per client. For measurements see
//! `docs/decisions/2026-11-21-no-aws-config.md`.

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

    /// Creates a DynamoDB client.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
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

/// Creates the configuration of SDK clients without credentials.
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
