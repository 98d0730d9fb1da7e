//! HTTP requests with custom signatures, and complete replies with headers.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SignatureLocation, SigningSettings};
use aws_sigv4::sign::v4;
use client::RawReply;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};
use serde_json::Value;

use crate::{cloud, specification};

/// The maximum time of a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A complete HTTP reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status code.
    pub status: u16,
    /// Response headers.
    pub headers: HeaderMap,
    /// The raw body.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("status {}, {error}: {}", self.status, self.text()))
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Returns the value of a header, or an empty text if the header is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Asserts that this is an error reply of the API with `status` and a message that contains
    /// `word`.
    pub fn assert_rejected(&self, status: u16, word: &str) {
        let body = self.json();
        assert_eq!(self.status, status, "{body}");
        assert_eq!(body["code"], status, "{body}");
        assert!(body["data"].is_null(), "{body}");
        let notes = body["notes"].as_str().unwrap_or_default();
        assert!(notes.contains(word), "the message contains `{word}`: {body}");
        assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
        self.assert_cors_headers();
    }

    /// Asserts that pages of any origin can read the response (CORS).
    pub fn assert_cors_headers(&self) {
        assert_eq!(self.header("access-control-allow-origin"), "*", "{:?}", self.headers);
        assert_eq!(
            self.header("access-control-expose-headers"),
            "Date, Retry-After, ETag",
            "{:?}",
            self.headers
        );
        assert!(self.header("content-type").starts_with("application/json"), "{:?}", self.headers);
    }
}

/// Sends a request and reads the complete reply. Compares a reply of the API with its
/// specification.
pub async fn send(request: Request) -> Reply {
    // Fails if another part of the program has already installed a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().timeout(TIMEOUT).build().unwrap();
    let (method, url) = (request.method().clone(), request.url().clone());
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap().to_vec();
    specification::compare(RawReply { method: &method, url: &url, status, headers: &headers, body: &bytes });
    Reply { status, headers, bytes }
}

/// Sends a GET request without credentials.
pub async fn get(url: &str) -> Reply {
    send(Request::new(Method::GET, url.parse().unwrap())).await
}

/// Builds an unsigned request to a route of the API.
pub fn unsigned(method: Method, path: &str, body: &str) -> Request {
    let mut request = Request::new(method, format!("{}{path}", cloud::stack().api).parse().unwrap());
    if !body.is_empty() {
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.to_owned().into());
    }
    request
}

/// Signs a request with Signature Version 4.
pub fn sign(request: &mut Request, credentials: &Credentials, service: &str) {
    sign_at(request, credentials, service, SystemTime::now());
}

/// Signs a request at `time`.
pub fn sign_at(request: &mut Request, credentials: &Credentials, service: &str, time: SystemTime) {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder().identity(&identity).region(&cloud::stack().region);
    let parameters = parameters.name(service).time(time).settings(SigningSettings::default());
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let (method, url) = (request.method().as_str(), request.url().as_str());
    let signable = SignableRequest::new(method, url, headers, SignableBody::Bytes(body)).unwrap();
    let signed = http_request::sign(signable, &parameters.build().unwrap().into()).unwrap();
    for (name, value) in signed.into_parts().0.headers() {
        let (name, value) = (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
        request.headers_mut().insert(name, value);
    }
}

/// Presigns a URL of the WebSocket API, valid for a minute from `time`.
pub fn presign(url: &str, credentials: &Credentials, time: SystemTime) -> String {
    let identity = credentials.clone().into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    let parameters = v4::SigningParams::builder().identity(&identity).region(&cloud::stack().region);
    let parameters = parameters.name("execute-api").time(time).settings(settings).build().unwrap().into();
    let signable = SignableRequest::new("GET", url, [].into_iter(), SignableBody::Bytes(&[])).unwrap();
    let mut url: reqwest::Url = url.parse().unwrap();
    for (name, value) in http_request::sign(signable, &parameters).unwrap().into_parts().0.params() {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}
