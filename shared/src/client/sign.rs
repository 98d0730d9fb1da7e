//! Signature Version 4 for API calls: service `execute-api`.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SignatureLocation, SigningSettings};
use aws_sigv4::sign::v4;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Request, Url};

use crate::Error;

/// How long a signed URL can be used to connect: as long as a handshake may take.
const CONNECTING: Duration = Duration::from_secs(60);

/// A URL of the WebSocket API that carries its signature.
pub(super) fn presign(url: &str, credentials: Credentials, region: &str) -> Result<Url, Error> {
    let identity = credentials.into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(CONNECTING);
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("execute-api")
        .time(SystemTime::now())
        .settings(settings)
        .build()?
        .into();
    let mut url: Url = url.parse()?;
    // Signed as the handshake is: a GET of the same path at the same host.
    let signable = SignableRequest::new("GET", url.as_str(), [].into_iter(), SignableBody::Bytes(&[]))?;
    let (instructions, _) = http_request::sign(signable, &parameters)?.into_parts();
    for (name, value) in instructions.params() {
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(url)
}

/// Signs a request as it is, headers and body included.
pub(super) fn sign(request: &mut Request, credentials: Credentials, region: &str) -> Result<(), Error> {
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("execute-api")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
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
