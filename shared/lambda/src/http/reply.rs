//! The envelope of replies and errors, `{"code", "data", "notes"}`, and their headers. Replies
//! without the envelope have the same headers.
//!
//! Browsers and CloudFront never cache replies to members. Each open route chooses a [`Caching`].

use std::borrow::Cow;
use std::future::Future;

use aws_lambda_events::apigw::ApiGatewayProxyResponse;
use aws_lambda_events::encodings::Body;
use aws_lambda_events::http::HeaderMap;
use aws_lambda_events::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG,
    HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::PictureKey;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::{Value, json};
use tracing::Span;

use super::request::Condition;
use super::{ApiError, Request};
use crate::Error;
use crate::trace::{Traced, run_boxed};
use crate::view::PictureView;

/// The content type of the envelope.
const JSON: &str = "application/json";

/// A page of a list: the `data` of a reply.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "{Item}Page"))]
pub struct Page<Item = PictureView> {
    /// The items in the order of the list.
    pub items: Vec<Item>,
    /// The cursor of the next page; null on the last page.
    pub cursor: Option<String>,
}

/// How browsers and CloudFront cache the reply of an open route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// Browsers and CloudFront together keep the reply for at most a minute. Clients revalidate it
    /// with its `ETag`.
    Minute,
    /// No cache stores the reply.
    Never,
}

impl Caching {
    /// Returns the value of the header `Cache-Control`.
    fn header(self) -> &'static str {
        match self {
            // CloudFront and a browser keep the reply for 30 seconds each, at most 60 in all. A
            // browser that subtracts the header `Age` of CloudFront keeps it for less. The last two
            // directives forbid stale replies.
            Self::Minute => "public, max-age=30, s-maxage=30, must-revalidate, stale-if-error=0",
            Self::Never => "no-store",
        }
    }
}

/// The reply to a successful call.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    body: ReplyBody,
    /// `None` if the handler did not choose it.
    caching: Option<Caching>,
    /// The picture that the call created.
    picture: Option<PictureKey>,
    /// The headers of the handler, which replace the default headers.
    headers: HeaderMap,
}

/// The body of a reply.
#[derive(Debug)]
enum ReplyBody {
    /// The `data` of the envelope.
    Data(Value),
    /// A text without the envelope.
    Text { content_type: &'static str, text: Cow<'static, str> },
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

    /// Creates a reply with status 200 and a JSON document as its body, without the envelope.
    #[must_use]
    pub fn document(json: &'static str) -> Self {
        Self::text(200, JSON, json)
    }

    /// Creates a reply with a text as its body, without the envelope.
    #[must_use]
    pub fn text(status: u16, content_type: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self::with_body(status, ReplyBody::Text { content_type, text: text.into() })
    }

    /// Creates a reply whose body is plain text.
    #[must_use]
    pub fn plain_text(status: u16, text: impl Into<Cow<'static, str>>) -> Self {
        Self::text(status, "text/plain; charset=utf-8", text)
    }

    /// Creates a reply that redirects to a URL. The header `Location` is empty if the URL contains
    /// characters that a header cannot contain.
    #[must_use]
    pub fn redirect(status: u16, url: String) -> Self {
        Self::plain_text(status, "").with_header(LOCATION, header(url))
    }

    fn new(status: u16, data: impl Serialize) -> Result<Self, ApiError> {
        let data = serde_json::to_value(data).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Self::with_body(status, ReplyBody::Data(data)))
    }

    fn with_body(status: u16, body: ReplyBody) -> Self {
        Self { status, body, caching: None, picture: None, headers: HeaderMap::new() }
    }

    /// Sets the caching, which each reply of an open route needs. Without it, [`respond`] replies
    /// with status 500. It does the same if caches could store a reply to a member.
    #[must_use]
    pub fn with_caching(mut self, caching: Caching) -> Self {
        self.caching = Some(caching);
        self
    }

    /// Sets a header, which replaces the default header of the same name.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.insert(name, value.into());
        self
    }

    /// Adds the picture that the call created, for the log.
    #[must_use]
    pub fn with_picture(mut self, picture: PictureKey) -> Self {
        self.picture = Some(picture);
        self
    }

    /// Returns the `data` of the envelope, or null for a text.
    #[must_use]
    pub fn data(&self) -> &Value {
        match &self.body {
            ReplyBody::Data(data) => data,
            ReplyBody::Text { .. } => &Value::Null,
        }
    }

    /// Returns a header that the handler added.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the caching that the handler chose.
    #[must_use]
    pub fn caching(&self) -> Option<Caching> {
        self.caching
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
/// Returns status 304 if caches can store the reply and its entity tag matches `If-None-Match`. The
/// handler runs before this comparison, because access can change at any time.
///
/// Logs each call whose method is not GET, in the span of the picture that it names or creates.
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
    let (is_open, condition) = (request.caller().is_err(), request.condition());
    let result = run_boxed(&span, handler(request)).await;
    let result = result.and_then(|reply| check_caching(reply, is_open));
    let created = result.as_ref().ok().and_then(|reply| reply.picture);
    let span = created.map_or(span, |created| created.span());
    let _entered = span.enter();
    if let Some(call) = call {
        let status = result.as_ref().map_or_else(ApiError::status, Reply::status);
        tracing::info!(call, status, "replied");
    }
    Ok(match result {
        Ok(reply) => success(&reply, &condition),
        Err(error) => {
            if let ApiError::Internal(cause) = &error {
                tracing::error!(error = %error_chain(cause.as_ref()), "the call failed");
            }
            failure(&error)
        }
    })
}

/// Returns an error if an open route chose no caching, or if caches could store a reply to a
/// member.
fn check_caching(reply: Reply, is_open: bool) -> Result<Reply, ApiError> {
    match (reply.caching, is_open) {
        (None, true) => Err(ApiError::Internal("an open route chose no caching for its reply".into())),
        (Some(Caching::Minute), false) => {
            Err(ApiError::Internal("a shared cache would store the reply to a member".into()))
        }
        _ => Ok(reply),
    }
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

fn success(reply: &Reply, condition: &Condition) -> ApiGatewayProxyResponse {
    let (content_type, body) = match &reply.body {
        ReplyBody::Data(data) => (JSON, envelope(reply.status, data, None)),
        ReplyBody::Text { content_type, text } => (*content_type, text.clone().into_owned()),
    };
    let caching = reply.caching.unwrap_or(Caching::Never);
    let mut headers = headers(content_type, caching);
    headers.extend(reply.headers.clone());
    if caching == Caching::Never {
        return response(reply.status, headers, Some(body));
    }
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if reply.status != 200 {
        return response(reply.status, headers, Some(body));
    }
    let tag = entity_tag(&body);
    // Weak, because API Gateway and CloudFront compress the body.
    headers.insert(ETAG, header(format!("W/\"{tag}\"")));
    match condition.matches(&tag) {
        // Keeps the content type: API Gateway would add that of JSON.
        true => response(304, headers, None),
        false => response(200, headers, Some(body)),
    }
}

fn failure(error: &ApiError) -> ApiGatewayProxyResponse {
    let mut headers = headers(JSON, Caching::Never);
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let ApiError::NoMethod { allow, .. } = error {
        headers.insert(ALLOW, header(allow.clone()));
    }
    let body = envelope(error.status(), &Value::Null, Some(&error.to_string()));
    response(error.status(), headers, Some(body))
}

fn envelope(status: u16, data: &Value, notes: Option<&str>) -> String {
    json!({ "code": status, "data": data, "notes": notes }).to_string()
}

/// Returns the opaque part of the entity tag of a body: the start of its SHA-256, in base64.
fn entity_tag(body: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, body.as_bytes()).as_ref()[..18])
}

/// Converts a text to a header value, which is empty if the text has invalid characters.
fn header(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Returns the default headers of a reply.
fn headers(content_type: &'static str, caching: Caching) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // Pages of any origin can call the API. They cannot act as their visitor, because calls have a
    // signature and browsers send no cookie.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    // Clients with a wrong clock take the time from `Date`, which API Gateway adds.
    let exposed = "Date, Retry-After, ETag";
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching.header()));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if caching == Caching::Never {
        // The address of a share link is a secret.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    headers
}

fn response(status: u16, headers: HeaderMap, body: Option<String>) -> ApiGatewayProxyResponse {
    let mut response = ApiGatewayProxyResponse::default();
    response.status_code = i64::from(status);
    response.headers = headers;
    response.body = body.map(Body::Text);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lambda_events::apigw::ApiGatewayProxyRequest;
    use domain::{Quota, QuotaExceeded};

    /// Sends a request without credentials, with these values of `If-None-Match`.
    async fn send_as_visitor(
        condition: &[&str],
        result: Result<Reply, ApiError>,
    ) -> (i64, Option<String>, HeaderMap) {
        let mut event = ApiGatewayProxyRequest::default();
        for tags in condition {
            event.multi_value_headers.append("if-none-match", tags.parse().unwrap());
        }
        let response = respond(event, |_| async { result }).await.unwrap();
        let body = response.body.map(|body| match body {
            Body::Text(text) => text,
            body => panic!("{body:?}"),
        });
        (response.status_code, body, response.headers)
    }

    async fn send_as_member(result: Result<Reply, ApiError>) -> (i64, HeaderMap) {
        let mut event = ApiGatewayProxyRequest::default();
        let provider = "pool:CognitoSignIn:3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";
        event.request_context.identity.cognito_authentication_provider = Some(provider.into());
        let response = respond(event, |_| async { result }).await.unwrap();
        (response.status_code, response.headers)
    }

    async fn reply_to(result: Result<Reply, ApiError>) -> (i64, Value, HeaderMap) {
        let (status, body, headers) = send_as_visitor(&[], result).await;
        (status, serde_json::from_str(&body.unwrap()).unwrap(), headers)
    }

    fn cacheable(data: &str) -> Result<Reply, ApiError> {
        Ok(Reply::ok(data)?.with_caching(Caching::Minute))
    }

    #[tokio::test]
    async fn a_reply_has_the_envelope_and_cors_headers() {
        let (status, body, headers) =
            reply_to(Ok(Reply::created(["x"]).unwrap().with_caching(Caching::Never))).await;
        assert_eq!(status, 201);
        assert_eq!(body, json!({"code": 201, "data": ["x"], "notes": null}));
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["access-control-expose-headers"], "Date, Retry-After, ETag");
        assert!(!headers.contains_key("retry-after"));
    }

    #[tokio::test]
    async fn caches_store_only_the_replies_of_open_routes_that_allow_it() {
        let (status, _, headers) = reply_to(cacheable("x")).await;
        assert_eq!((status, headers["vary"].as_bytes()), (200, &b"Accept-Encoding"[..]));
        let caching = headers["cache-control"].to_str().unwrap();
        assert!(caching.starts_with("public, max-age=30, s-maxage=30"), "{caching}");
        for result in [
            Ok(Reply::ok("x").unwrap().with_caching(Caching::Never)),
            Err(ApiError::NO_PICTURE),
            Err(ApiError::Invalid("limit".into())),
            Err(ApiError::Internal("x".into())),
        ] {
            let (_, _, headers) = reply_to(result).await;
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(headers["referrer-policy"], "no-referrer");
            assert_eq!(headers["x-robots-tag"], "noindex");
            assert!(!headers.contains_key("etag"));
        }
        let (status, headers) = send_as_member(Reply::ok("x")).await;
        assert_eq!((status, headers["cache-control"].as_bytes()), (200, &b"no-store"[..]));
        assert!(!headers.contains_key("etag"));
    }

    #[tokio::test]
    async fn an_open_route_without_caching_fails_as_does_a_cacheable_reply_to_a_member() {
        let (status, body, headers) = reply_to(Reply::ok("x")).await;
        assert_eq!((status, &body["data"]), (500, &Value::Null));
        assert_eq!(headers["cache-control"], "no-store");
        let (status, headers) = send_as_member(cacheable("x")).await;
        assert_eq!((status, headers["cache-control"].as_bytes()), (500, &b"no-store"[..]));
    }

    #[tokio::test]
    async fn a_matching_entity_tag_returns_304_without_a_body() {
        let (_, _, first) = reply_to(cacheable("x")).await;
        let tag = first["etag"].to_str().unwrap();
        assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
        for condition in [tag, "*", &tag[2..], &format!("\"other\", {tag}")] {
            let (status, body, headers) = send_as_visitor(&[condition], cacheable("x")).await;
            assert_eq!((status, body), (304, None), "{condition}");
            assert_eq!(headers["content-type"], "application/json");
            for name in ["etag", "cache-control", "vary", "access-control-allow-origin"] {
                assert_eq!(headers[name], first[name], "{name}");
            }
        }
        let (status, body, headers) = send_as_visitor(&[tag], cacheable("y")).await;
        assert_eq!((status, body.is_some()), (200, true));
        assert_ne!(headers["etag"], first["etag"]);
    }

    #[tokio::test]
    async fn if_none_match_has_no_effect_on_replies_that_caches_cannot_store() {
        for result in [Ok(Reply::ok("x").unwrap().with_caching(Caching::Never)), Err(ApiError::NO_PICTURE)] {
            let expected = if result.is_ok() { 200 } else { 404 };
            let (status, body, _) = send_as_visitor(&["*"], result).await;
            assert_eq!((status, body.is_some()), (expected, true));
        }
    }

    #[tokio::test]
    async fn a_document_has_no_envelope() {
        let (status, body, headers) =
            reply_to(Ok(Reply::document(r#"{"openapi": "3.1.0"}"#).with_caching(Caching::Minute))).await;
        assert_eq!((status, body), (200, json!({"openapi": "3.1.0"})));
        assert!(headers.contains_key("etag"));
    }

    #[tokio::test]
    async fn a_redirect_has_no_entity_tag() {
        let reply = Reply::redirect(302, "https://a.example/b".into()).with_caching(Caching::Minute);
        let response = respond(ApiGatewayProxyRequest::default(), |_| async { Ok(reply) }).await.unwrap();
        assert_eq!(response.status_code, 302);
        assert_eq!(response.headers["location"], "https://a.example/b");
        assert!(!response.headers.contains_key("etag"));
        assert!(response.headers["cache-control"].to_str().unwrap().contains("s-maxage=30"));
    }

    #[tokio::test]
    async fn a_text_has_its_content_type_and_its_own_headers() {
        let reply = Reply::text(200, "text/html; charset=utf-8", "<p>Hi");
        let reply = reply.with_header(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        let reply = reply.with_caching(Caching::Never);
        let response = respond(ApiGatewayProxyRequest::default(), |_| async { Ok(reply) }).await.unwrap();
        assert_eq!(response.body, Some(Body::Text("<p>Hi".into())));
        assert_eq!(response.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(response.headers["referrer-policy"], "same-origin");
    }

    #[tokio::test]
    async fn the_reply_to_an_unsupported_method_lists_the_supported_methods() {
        let error = ApiError::NoMethod { method: "PUT".into(), allow: "GET, HEAD".into() };
        let (status, body, headers) = reply_to(Err(error)).await;
        assert_eq!((status, headers["allow"].as_bytes()), (405, &b"GET, HEAD"[..]));
        assert_eq!(body["notes"], "This address has no method PUT. It has GET, HEAD.");
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
