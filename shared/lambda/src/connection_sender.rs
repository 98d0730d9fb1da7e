//! Sends messages to connections and closes connections, with the management API of API Gateway.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::error::SdkError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use serde::Serialize;
use store::aws::{Cloud, variable};
use tokio::time::timeout;

use crate::Error;

/// The time limit of one message to one connection, including retries. It bounds the delay that a
/// slow connection causes for other connections.
const TIMEOUT: Duration = Duration::from_secs(2);
/// The maximum number of attempts per message.
const MAX_ATTEMPTS: u32 = 2;

/// The outcome of sending a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// API Gateway accepted the message.
    Accepted,
    /// API Gateway reports the connection as gone: it is closed, or not yet established.
    Closed,
    /// API Gateway did not reply within two seconds. It may have sent the message.
    TimedOut,
}

/// A client of the management API.
#[derive(Clone, Debug)]
pub struct ConnectionSender(Client);

impl ConnectionSender {
    /// Creates a client for the stage `LIVE_STAGE` of the WebSocket API at `LIVE_DOMAIN`, on AWS or
    /// on the local cloud.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let (domain, stage) = (variable("LIVE_DOMAIN")?, variable("LIVE_STAGE")?);
        let endpoint = match (cloud.config().endpoint_url(), domain.split_once('.')) {
            (Some(local), Some((api, _))) => format!("{local}/_aws/execute-api/{api}/{stage}"),
            _ => format!("https://{domain}/{stage}"),
        };
        let config = Builder::from(cloud.config())
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS));
        Ok(Self::new(Client::from_conf(config.build())))
    }

    /// Wraps a client of the management API.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// Sends a message as JSON.
    pub async fn send(&self, connection: &str, message: &impl Serialize) -> Result<SendOutcome, Error> {
        self.send_text(connection, &serde_json::to_string(message)?).await
    }

    /// Sends a text.
    pub async fn send_text(&self, connection: &str, text: &str) -> Result<SendOutcome, Error> {
        let request = self.0.post_to_connection().connection_id(connection).data(Blob::new(text));
        let Ok(reply) = timeout(TIMEOUT, request.send()).await else { return Ok(SendOutcome::TimedOut) };
        match reply {
            Ok(_) => Ok(SendOutcome::Accepted),
            Err(SdkError::ServiceError(error)) if error.err().is_gone_exception() => Ok(SendOutcome::Closed),
            Err(error) => Err(error.into()),
        }
    }

    /// Closes a connection. Succeeds if API Gateway reports the connection as gone.
    ///
    /// # Errors
    /// Returns an error if the request fails for another reason or takes longer than two seconds.
    pub async fn close(&self, connection: &str) -> Result<(), Error> {
        let request = self.0.delete_connection().connection_id(connection);
        match timeout(TIMEOUT, request.send()).await? {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_gone_exception() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
