//! The reply envelope: `{"code", "data", "notes"}` with CORS headers, errors included.

use std::future::Future;

use aws_lambda_events::apigw::ApiGatewayProxyResponse;
use aws_lambda_events::encodings::Body;
use aws_lambda_events::http::HeaderMap;
use aws_lambda_events::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, HeaderValue,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use domain::PictureKey;
use serde::Serialize;
use serde_json::{Value, json};
use tracing::Span;

use super::{ApiError, Request};
use crate::Error;
use crate::trace::{Traced, run_boxed};
use crate::view::PictureView;

/// A page of a list: the `data` of a reply.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Page<Item = PictureView> {
    /// The items in the order of the list.
    pub items: Vec<Item>,
    /// The cursor of the next page; null on the last page.
    pub cursor: Option<String>,
}

/// The reply to a successful call.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    data: Value,
    picture: Option<PictureKey>,
}

impl Reply {
    /// Creates a reply with status 200.
    pub fn ok(data: impl Serialize) -> Result<Self, ApiError> {
        Self::new(200, data)
    }

    /// Creates a reply with status 201.
    pub fn created(data: impl Serialize) -> Result<Self, ApiError> {
        Self::new(201, data)
    }

    fn new(status: u16, data: impl Serialize) -> Result<Self, ApiError> {
        let data = serde_json::to_value(data).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Self { status, data, picture: None })
    }

    /// Adds the picture that the call created, for the log.
    #[must_use]
    pub fn about(mut self, picture: PictureKey) -> Self {
        self.picture = Some(picture);
        self
    }

    /// Returns the payload without the envelope.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.data
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }
}

/// Calls `handler` for an event of the REST API and wraps its result in the envelope. Never returns
/// an error: an [`ApiError`] becomes a reply. The runtime requires the `Result`.
///
/// Logs the calls that can change something, in the span of the picture that they name or create.
pub async fn respond<F>(
    event: aws_lambda_events::apigw::ApiGatewayProxyRequest,
    handler: impl FnOnce(Request) -> F,
) -> Result<ApiGatewayProxyResponse, Error>
where
    F: Future<Output = Result<Reply, ApiError>>,
{
    let request = Request::new(event);
    let span = request.picture().map_or_else(|_| Span::none(), |picture| picture.span());
    let (method, route) = request.route();
    let call = (method != "GET").then(|| format!("{method} {route}"));
    let result = run_boxed(&span, handler(request)).await;
    let created = result.as_ref().ok().and_then(|reply| reply.picture);
    let span = created.map_or(span, |created| created.span());
    let _entered = span.enter();
    if let Some(call) = call {
        let status = result.as_ref().map_or_else(ApiError::status, Reply::status);
        tracing::info!(call, status, "replied");
    }
    Ok(match result {
        Ok(reply) => envelope(reply.status, &reply.data, None, None),
        Err(error) => {
            if let ApiError::Internal(cause) = &error {
                tracing::error!(error = %error_chain(cause.as_ref()), "the call failed");
            }
            envelope(error.status(), &Value::Null, Some(&error.to_string()), error.retry_after())
        }
    })
}

/// Formats an error and its causes in one line.
#[must_use]
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// `retry_after` is the value of the header `Retry-After`, in seconds.
fn envelope(
    status: u16,
    data: &Value,
    notes: Option<&str>,
    retry_after: Option<u64>,
) -> ApiGatewayProxyResponse {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Any origin can call the API. Calls have a signature instead of a cookie, so a page of another
    // origin cannot use the identity of its visitor.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    // Clients with a wrong clock take the time from `Date`, which API Gateway adds.
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Date, Retry-After"));
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    // Access can change before the next read.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let body = json!({ "code": status, "data": data, "notes": notes }).to_string();
    let mut response = ApiGatewayProxyResponse::default();
    response.status_code = i64::from(status);
    response.headers = headers;
    response.body = Some(Body::Text(body));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lambda_events::apigw::ApiGatewayProxyRequest;
    use domain::{Quota, QuotaExceeded};

    async fn reply_to(result: Result<Reply, ApiError>) -> (i64, Value, HeaderMap) {
        let response = respond(ApiGatewayProxyRequest::default(), |_| async { result }).await.unwrap();
        let Some(Body::Text(body)) = response.body else { panic!("a reply has a text body") };
        (response.status_code, serde_json::from_str(&body).unwrap(), response.headers)
    }

    #[tokio::test]
    async fn a_reply_has_the_envelope_and_cors_headers() {
        let (status, body, headers) = reply_to(Reply::created(["x"])).await;
        assert_eq!(status, 201);
        assert_eq!(body, json!({"code": 201, "data": ["x"], "notes": null}));
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-expose-headers"], "Date, Retry-After");
        assert!(!headers.contains_key("retry-after"));
    }

    #[tokio::test]
    async fn the_reply_to_an_exceeded_quota_says_when_to_retry() {
        let at = "2026-11-28T19:59:30Z".parse().unwrap();
        let limits = serde_json::json!({
            "pictures": 1, "bytes": 1, "picturesPerDay": 1, "bytesPerDay": 1, "openRegistrations": 1,
            "commentsPerHour": 1, "friendRequestsPerDay": 1, "devices": 1, "connections": 1
        });
        let limits = serde_json::from_value(limits).unwrap();
        let refusal = QuotaExceeded::new(Quota::CommentsPerHour, &limits, at);
        let (status, body, headers) = reply_to(Err(ApiError::QuotaExceeded(refusal))).await;
        assert_eq!((status, &body["code"]), (429, &json!(429)));
        assert_eq!(headers["retry-after"], "30");
        assert!(body["notes"].as_str().unwrap().ends_with("You can write more after 20:00 UTC."), "{body}");
    }

    #[tokio::test]
    async fn an_error_does_not_reveal_its_cause() {
        let (status, body, headers) = reply_to(Err(ApiError::Internal("table albumen-Users".into()))).await;
        assert_eq!((status, &body["code"], &body["data"]), (500, &json!(500), &Value::Null));
        assert!(!body.to_string().contains("albumen-Users"));
        assert_eq!(headers["access-control-allow-origin"], "*");
    }
}
