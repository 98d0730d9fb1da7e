//! AWS Signature Version 4 for API calls (service `execute-api`).

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    self, SignableBody, SignableRequest, SignatureLocation, SigningParams, SigningSettings,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Request, Url};

use crate::Error;

/// The validity of a presigned URL, longer than a WebSocket handshake takes.
const URL_VALIDITY: Duration = Duration::from_secs(60);

fn parameters<'a>(
    identity: &'a Identity,
    region: &'a str,
    time: SystemTime,
    settings: SigningSettings,
) -> Result<SigningParams<'a>, Error> {
    let parameters = v4::SigningParams::builder().identity(identity).region(region).name("execute-api");
    Ok(parameters.time(time).settings(settings).build()?.into())
}

/// Presigns a URL of the WebSocket API at `time`.
pub(super) fn presign(
    url: &str,
    credentials: Credentials,
    region: &str,
    time: SystemTime,
) -> Result<Url, Error> {
    let identity = credentials.into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(URL_VALIDITY);
    let parameters = parameters(&identity, region, time, settings)?;
    let mut url: Url = url.parse()?;
    // The handshake is a GET request of this URL.
    let signable = SignableRequest::new("GET", url.as_str(), [].into_iter(), SignableBody::Bytes(&[]))?;
    let (instructions, _) = http_request::sign(signable, &parameters)?.into_parts();
    for (name, value) in instructions.params() {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(url)
}

/// Signs a request at `time`, including its headers and its body.
pub(super) fn sign(
    request: &mut Request,
    credentials: Credentials,
    region: &str,
    time: SystemTime,
) -> Result<(), Error> {
    let identity = credentials.into();
    let parameters = parameters(&identity, region, time, SigningSettings::default())?;
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| Ok::<_, Error>((name.as_str(), value.to_str()?)))
        .collect::<Result<_, _>>()?;
    let signable = SignableRequest::new(
        request.method().as_str(),
        request.url().as_str(),
        headers.into_iter(),
        SignableBody::Bytes(body),
    )?;
    let (instructions, _) = http_request::sign(signable, &parameters)?.into_parts();
    for (name, value) in instructions.headers() {
        request.headers_mut().insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(())
}
