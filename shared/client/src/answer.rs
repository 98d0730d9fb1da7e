//! What the API answers, and why a call got no answer.

use aws_sdk_cognitoidentity::error::{ProvideErrorMetadata, SdkError};
use reqwest::Response;
use serde::Deserialize;
use serde_json::Value;

/// The reply envelope.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// Equals the HTTP status.
    pub code: u16,
    /// What was asked for; null where the call was refused.
    pub data: Value,
    /// What to do differently; null where all is well.
    pub notes: Option<String>,
}

/// Why a call did not do what it was to do.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The application refused, and says why.
    #[error("{notes} ({code})")]
    Refused {
        /// HTTP status.
        code: u16,
        /// What to do differently.
        notes: String,
    },
    /// Cognito refused: a wrong password, an unconfirmed address, …
    #[error("{0}")]
    Identity(String),
    /// The bytes of a picture were not taken.
    #[error("the upload was refused with status {0}")]
    Upload(u16),
    /// No answer, or one that is not the application's.
    #[error("no answer from the application: {0}")]
    Transport(#[source] crate::Error),
}

impl ClientError {
    pub(super) fn transport(error: impl Into<crate::Error>) -> Self {
        Self::Transport(error.into())
    }

    /// A refusal of Cognito in its own words.
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
    pub(super) async fn read(response: Response) -> Result<Self, ClientError> {
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(ClientError::transport)?;
        serde_json::from_slice(&body).map_err(|_| {
            let text = String::from_utf8_lossy(&body);
            ClientError::transport(format!("status {status}, not an envelope: {text:.200}"))
        })
    }

    /// The data, or the refusal as an error.
    ///
    /// # Errors
    /// [`ClientError::Refused`].
    pub fn ok(self) -> Result<Value, ClientError> {
        match self.code {
            200..300 => Ok(self.data),
            code => Err(ClientError::Refused { code, notes: self.notes.unwrap_or_default() }),
        }
    }
}
