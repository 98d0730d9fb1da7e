//! Replies of the API, and the errors of calls.

use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use reqwest::header::HeaderMap;
use reqwest::{Method, Response, Url};
use serde::Deserialize;
use serde_json::Value;

/// A reply of the API: its envelope.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub code: u16,
    /// The payload; null in an error reply.
    pub data: Value,
    /// The reason of an error, as a sentence; null in a successful reply.
    pub notes: Option<String>,
    /// The seconds after which the call can be repeated, from the header `Retry-After`.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

/// A reply of the API as received, for an observer of an [`App`](crate::App).
#[derive(Clone, Copy, Debug)]
pub struct RawReply<'a> {
    /// The method of the request.
    pub method: &'a Method,
    /// The URL of the request.
    pub url: &'a Url,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// A function that an [`App`](crate::App) calls with each reply of the API.
pub type Observer = fn(RawReply<'_>);

/// The reason why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The application rejected the call.
    #[error("{notes} ({code})")]
    Rejected {
        /// The HTTP status.
        code: u16,
        /// The reason, and what to do.
        notes: String,
    },
    /// Cognito rejected the call, for example because of a wrong password, or returned no tokens or
    /// credentials.
    #[error("{0}")]
    Identity(String),
    /// S3 rejected the bytes of a picture, with this HTTP status.
    #[error("S3 rejected the upload with status {0}. To retry, register the picture again.")]
    Upload(u16),
    /// The request could not be sent, or there was no valid reply.
    #[error("The application sent no valid reply. Try again in a moment. ({0})")]
    Transport(#[source] crate::Error),
}

impl ClientError {
    pub(super) fn transport(error: impl Into<crate::Error>) -> Self {
        Self::Transport(error.into())
    }

    /// Converts an error of Cognito with its message. An error without a message becomes
    /// [`ClientError::Transport`].
    pub(super) fn identity<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match error.as_service_error().and_then(ProvideErrorMetadata::message) {
            Some(message) => Self::Identity(message.to_owned()),
            None => Self::transport(error),
        }
    }
}

impl Answer {
    pub(super) async fn read(
        method: &Method,
        response: Response,
        observer: Option<Observer>,
    ) -> Result<Self, ClientError> {
        let (url, status) = (response.url().clone(), response.status().as_u16());
        let headers = response.headers().clone();
        let retry_after = headers.get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|seconds| seconds.parse().ok());
        let body = response.bytes().await.map_err(ClientError::transport)?;
        if let Some(observe) = observer {
            observe(RawReply { method, url: &url, status, headers: &headers, body: &body });
        }
        let answer: Self = serde_json::from_slice(&body).map_err(|_| {
            let text = String::from_utf8_lossy(&body);
            ClientError::transport(format!("status {status}, not a reply envelope: {text:.200}"))
        })?;
        Ok(Self { retry_after, ..answer })
    }

    /// Returns the data of a successful reply.
    ///
    /// # Errors
    /// Returns [`ClientError::Rejected`] if this is an error reply.
    pub fn ok(self) -> Result<Value, ClientError> {
        match self.code {
            200..300 => Ok(self.data),
            code => Err(ClientError::Rejected { code, notes: self.notes.unwrap_or_default() }),
        }
    }
}
