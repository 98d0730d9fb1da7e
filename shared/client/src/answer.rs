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
    /// Whether the reply to an earlier attempt was lost, so that its effect is unknown.
    #[serde(skip)]
    pub follows_lost_reply: bool,
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
        /// The seconds after which the call can succeed, from the header `Retry-After`.
        retry_after: Option<u64>,
    },
    /// Cognito rejected the call, for example because of a wrong password, or returned no tokens or
    /// credentials.
    #[error("{0}")]
    Identity(String),
    /// The session has ended, for example because its member signed out everywhere, or signed in
    /// more than 30 days ago.
    #[error("Your session has ended. Sign in again.")]
    SessionEnded,
    /// S3 rejected the bytes of a picture, with this HTTP status.
    #[error("S3 did not accept the upload (status {0}). Try again later.")]
    Upload(u16),
    /// The HTTP client could not be created, for example because the system has no certificates of
    /// certificate authorities.
    #[error("The HTTP client cannot be created. ({0})")]
    Setup(#[source] crate::Error),
    /// The request could not be sent, or there was no valid reply.
    #[error("The application sent no valid reply. Try again in a moment. ({0})")]
    Transport(#[source] crate::Error),
}

impl ClientError {
    pub(super) fn transport(error: impl Into<crate::Error>) -> Self {
        Self::Transport(match error.into().downcast::<reqwest::Error>() {
            Ok(mut error) => {
                // Everybody who knows a presigned URL can use it. The error keeps its host.
                if let Some(url) = error.url_mut() {
                    url.set_path("/");
                    url.set_query(None);
                }
                error
            }
            Err(error) => error,
        })
    }

    /// Returns `true` if the request was certainly not sent, because there was no connection or no
    /// credentials.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        match self {
            Self::Transport(error) => {
                error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect)
                    || error.is::<Unavailable>()
            }
            _ => false,
        }
    }

    /// Converts an error of Cognito with its message. An error without a message, and one that ends
    /// by itself, become [`ClientError::Transport`].
    pub(super) fn identity<E>(error: SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let is_internal = error.raw_response().is_some_and(|reply| reply.status().is_server_error());
        let service = error.as_service_error();
        let is_throttled = service.and_then(ProvideErrorMetadata::code).is_some_and(is_throttling);
        match service.and_then(ProvideErrorMetadata::message) {
            Some(message) if is_internal || is_throttled => Self::transport(Unavailable(message.to_owned())),
            Some(message) => Self::Identity(message.to_owned()),
            None => Self::transport(error),
        }
    }
}

/// Cognito has too many calls or an internal error, and gives its message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unavailable(String);

/// Returns `true` if the code of an error means that there were too many calls.
fn is_throttling(code: &str) -> bool {
    matches!(code, "TooManyRequestsException" | "ThrottlingException" | "Throttling")
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
            code => Err(ClientError::Rejected {
                code,
                notes: self.notes.unwrap_or_default(),
                retry_after: self.retry_after,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_runtime_api::http::{Response, StatusCode};
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    fn refused(status: u16, code: &str) -> ClientError {
        let metadata = ErrorMetadata::builder().code(code).message("The reason.").build();
        let reply = Response::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
        ClientError::identity(SdkError::service_error(metadata, reply))
    }

    #[test]
    fn a_busy_cognito_is_tried_again() {
        for (status, code) in [
            (500, "InternalErrorException"),
            (503, "ServiceUnavailable"),
            (400, "TooManyRequestsException"),
            (400, "ThrottlingException"),
        ] {
            let error = refused(status, code);
            assert!(matches!(error, ClientError::Transport(_)) && error.is_unsent(), "{code}: {error}");
        }
        for code in ["NotAuthorizedException", "LimitExceededException"] {
            assert!(matches!(refused(400, code), ClientError::Identity(_)), "{code}");
        }
    }

    #[tokio::test]
    async fn an_error_does_not_contain_a_presigned_url() {
        let url = "http://127.0.0.1:9/original?X-Amz-Signature=secret";
        let http = crate::app::build_http_client(reqwest::redirect::Policy::default()).unwrap();
        let error = ClientError::transport(http.get(url).send().await.unwrap_err());
        let text = format!("{error} {error:?}");
        assert!(text.contains("127.0.0.1"), "{text}");
        assert!(!text.contains("secret") && !text.contains("original"), "{text}");
        assert!(error.is_unsent());
    }
}
