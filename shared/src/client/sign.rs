//! Signature Version 4 for API calls: service `execute-api`.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use reqwest::Request;
use reqwest::header::{HeaderName, HeaderValue};

use crate::Error;

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
