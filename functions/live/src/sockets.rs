//! The open connections of the WebSocket API, as API Gateway lets functions write to them.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::error::SdkError;
use aws_sdk_apigatewaymanagement::operation::post_to_connection::PostToConnectionError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use serde::Serialize;
use lambda::Error;
use store::aws::{Cloud, variable};
use tokio::time::timeout;

/// How long one message to one connection may take, a second try included: who is slow keeps nobody waiting.
const POSTING: Duration = Duration::from_secs(2);
/// How often it is tried.
const ATTEMPTS: u32 = 2;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// API Gateway has it.
    Taken,
    /// There is no such connection, any more or yet.
    Gone,
    /// It was not taken in two seconds: no reason to try for ever.
    Slow,
}

/// The open connections.
#[derive(Clone, Debug)]
pub struct Sockets(Client);

impl Sockets {
    /// Those of the stage `LIVE_STAGE` of the API at `LIVE_DOMAIN`. A local cloud has them under its own address.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let (domain, stage) = (variable("LIVE_DOMAIN")?, variable("LIVE_STAGE")?);
        let endpoint = match (cloud.config().endpoint_url(), domain.split_once('.')) {
            (Some(local), Some((api, _))) => format!("{local}/_aws/execute-api/{api}/{stage}"),
            _ => format!("https://{domain}/{stage}"),
        };
        let config = Builder::from(cloud.config())
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
        Ok(Self::new(Client::from_conf(config.build())))
    }

    /// Those that this client reaches.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// Sends a message as JSON.
    ///
    /// # Errors
    /// API Gateway's.
    pub async fn send(&self, connection: &str, message: &impl Serialize) -> Result<Posted, Error> {
        self.post(connection, &serde_json::to_string(message)?).await
    }

    /// Sends a text.
    ///
    /// # Errors
    /// API Gateway's.
    pub async fn post(&self, connection: &str, text: &str) -> Result<Posted, Error> {
        let request = self.0.post_to_connection().connection_id(connection).data(Blob::new(text));
        let Ok(posted) = timeout(POSTING, request.send()).await else { return Ok(Posted::Slow) };
        match posted {
            Ok(_) => Ok(Posted::Taken),
            Err(error) if is_gone(&error) => Ok(Posted::Gone),
            Err(error) => Err(error.into()),
        }
    }
}

fn is_gone<R>(error: &SdkError<PostToConnectionError, R>) -> bool {
    error.as_service_error().is_some_and(PostToConnectionError::is_gone_exception)
}
