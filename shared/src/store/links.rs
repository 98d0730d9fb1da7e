//! Presigned URLs of a picture's objects.
//!
//! Made by the signer alone, not by a client of S3: a page of fifty pictures has a hundred of them, and functions that only sign
//! are spared the client's code.

mod parts;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::aws::{Cloud, variable};
use crate::key;
use crate::model::{ContentType, Picture, PictureKey, RenditionSize};

pub use parts::{PART_BYTES, Step, UploadId, part_length, parts};

/// How long an upload may begin after it was handed out.
const UPLOAD_VALID: Duration = Duration::from_secs(15 * 60);
/// Download URLs are signed on a clock rounded down to this, so that they stay the same for a while and a browser can cache
/// what is behind them.
const ROUNDED: Duration = Duration::from_secs(30 * 60);
/// How long a download URL is good for after its rounded time: between half an hour and an hour from now.
const DOWNLOAD_VALID: Duration = Duration::from_secs(60 * 60);

/// One request that a client sends to upload the bytes of a picture, or some of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Upload {
    /// `PUT` where bytes are sent.
    pub method: String,
    /// Presigned.
    pub url: String,
    /// All of them are signed: the client sends exactly these.
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, string>"))]
    pub headers: BTreeMap<String, String>,
    /// Until when the upload may begin (UTC).
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub expires_at: Timestamp,
}

/// Signs URLs of the media bucket with the function's own credentials.
#[derive(Clone, Debug)]
pub struct Links {
    credentials: Credentials,
    region: String,
    bucket_url: String,
}

impl Links {
    /// The bucket that `MEDIA_DOMAIN` names. On a local cloud `MEDIA_BUCKET` is in the path, because `BUCKET.localhost` resolves
    /// in browsers only.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let bucket_url = match cloud.config().endpoint_url() {
            Some(endpoint) => format!("{endpoint}/{}", variable("MEDIA_BUCKET")?),
            None => format!("https://{}", variable("MEDIA_DOMAIN")?),
        };
        Ok(Self::new(cloud.credentials().clone(), variable("AWS_REGION")?, bucket_url))
    }

    /// The bucket at that URL.
    #[must_use]
    pub fn new(credentials: Credentials, region: String, bucket_url: String) -> Self {
        Self { credentials, region, bucket_url }
    }

    /// A presigned upload, bound to the picture's declared length and type, to a key that has no object yet.
    ///
    /// # Errors
    /// The URL cannot be signed.
    pub fn upload(&self, picture: &Picture) -> Result<Upload, Error> {
        let length = picture.bytes.to_string();
        let headers = [
            ("content-length", length.as_str()),
            ("content-type", picture.content_type.as_str()),
            ("if-none-match", "*"),
        ];
        self.signed_upload("PUT", format!("{}/{}", self.bucket_url, key::original(picture.key)), &headers)
    }

    fn signed_upload(&self, method: &str, url: String, headers: &[(&str, &str)]) -> Result<Upload, Error> {
        let now = SystemTime::now();
        Ok(Upload {
            method: method.into(),
            url: self.signed(method, url, headers, now, UPLOAD_VALID)?,
            headers: headers.iter().map(|&(name, value)| (name.into(), value.into())).collect(),
            expires_at: Timestamp::try_from(now + UPLOAD_VALID)?.round(jiff::Unit::Second)?,
        })
    }

    /// A presigned URL of a rendition.
    ///
    /// # Errors
    /// The URL cannot be signed.
    pub fn rendition(&self, picture: PictureKey, size: RenditionSize) -> Result<String, Error> {
        self.download(&key::rendition(picture, size), "")
    }

    /// A presigned URL of the original: for its owner only. Browsers save what is behind it instead of showing it: it is whatever was
    /// uploaded. Its name ends as its type does, so that programs know what it is.
    ///
    /// # Errors
    /// The URL cannot be signed.
    pub fn original(&self, picture: PictureKey, content_type: ContentType) -> Result<String, Error> {
        // `attachment; filename=ID.heic`: nothing in it needs quotes.
        let name = format!("{}.{}", picture.picture_id, content_type.extension());
        let query = format!("?response-content-disposition=attachment%3B%20filename%3D{name}");
        self.download(&key::original(picture), &query)
    }

    fn download(&self, key: &str, query: &str) -> Result<String, Error> {
        let url = format!("{}/{key}{query}", self.bucket_url);
        self.signed("GET", url, &[], rounded(SystemTime::now()), DOWNLOAD_VALID)
    }

    /// A URL with its signature in the query, as S3 wants it: the path is encoded once, and nothing is said of the body.
    fn signed(
        &self,
        method: &str,
        url: String,
        headers: &[(&str, &str)],
        time: SystemTime,
        valid: Duration,
    ) -> Result<String, Error> {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(valid);
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder().identity(&identity).region(&self.region).name("s3");
        let params = params.time(time).settings(settings).build()?.into();
        let request =
            SignableRequest::new(method, &url, headers.iter().copied(), SignableBody::UnsignedPayload)?;
        let (instructions, _) = sign(request, &params)?.into_parts();
        let mut request = http::Request::builder().method(method).uri(url).body(())?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.uri().to_string())
    }
}

fn rounded(now: SystemTime) -> SystemTime {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    UNIX_EPOCH + Duration::from_secs(seconds - seconds % ROUNDED.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PictureId, UserId, Visibility};
    use aws_sdk_s3::config::{BehaviorVersion, Builder, Region};
    use aws_sdk_s3::presigning::PresigningConfig;

    const BUCKET: &str = "media";

    fn key() -> PictureKey {
        PictureKey { owner_id: UserId(uuid::Uuid::from_u128(7)), picture_id: PictureId::new() }
    }

    fn credentials() -> Credentials {
        Credentials::new("id", "secret", Some("session+/=".into()), None, "test")
    }

    fn links() -> Links {
        let bucket_url = format!("https://{BUCKET}.s3.eu-central-1.amazonaws.com");
        Links::new(credentials(), "eu-central-1".into(), bucket_url)
    }

    fn s3() -> aws_sdk_s3::Client {
        let config =
            Builder::new().behavior_version(BehaviorVersion::latest()).region(Region::new("eu-central-1"));
        let when_required = aws_sdk_s3::config::RequestChecksumCalculation::WhenRequired;
        let config = config.credentials_provider(credentials()).request_checksum_calculation(when_required);
        aws_sdk_s3::Client::from_conf(config.build())
    }

    /// The place and the query parameters, without the one that says what the SDK calls this, and the signature over it.
    fn split(url: &str) -> (String, BTreeMap<String, String>) {
        let (place, query) = url.split_once('?').unwrap();
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
        let pairs = pairs.filter(|(name, _)| !["x-id", "X-Amz-Signature"].contains(name));
        (place.to_owned(), pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    #[tokio::test]
    async fn downloads_are_signed_as_the_sdk_does() {
        let key = key();
        let config =
            PresigningConfig::builder().start_time(rounded(SystemTime::now())).expires_in(DOWNLOAD_VALID);
        let request = s3().get_object().bucket(BUCKET).key(key::original(key));
        let disposition = format!("attachment; filename={}.heic", key.picture_id);
        let request = request.response_content_disposition(disposition);
        let expected = request.presigned(config.build().unwrap()).await.unwrap();
        assert_eq!(split(&links().original(key, ContentType::Heic).unwrap()), split(expected.uri()));
    }

    #[tokio::test]
    async fn uploads_are_signed_as_the_sdk_does() {
        let picture = Picture::registered(key(), Visibility::Private, ContentType::Png, 12_345);
        let now = SystemTime::now();
        let config = PresigningConfig::builder().start_time(now).expires_in(UPLOAD_VALID).build().unwrap();
        let request = s3().put_object().bucket(BUCKET).key(key::original(picture.key)).if_none_match("*");
        let expected =
            request.content_type("image/png").content_length(12_345).presigned(config).await.unwrap();
        assert_same(&links().upload(&picture).unwrap(), &expected);
    }

    #[tokio::test]
    async fn parts_are_signed_as_the_sdk_does() {
        let picture = Picture::registered(key(), Visibility::Private, ContentType::Png, PART_BYTES + 12_345);
        let config = PresigningConfig::builder().start_time(SystemTime::now()).expires_in(UPLOAD_VALID);
        let request = s3().upload_part().bucket(BUCKET).key(key::original(picture.key));
        let request = request.upload_id("a+b/c==").part_number(2).content_length(12_345);
        let expected = request.presigned(config.build().unwrap()).await.unwrap();
        let step = Step::Part { upload_id: UploadId::parse("a+b/c==").unwrap(), number: 2 };
        assert_same(&links().step(&picture, &step).unwrap(), &expected);
    }

    /// Whether both say the same, the time excepted, and the signature over it.
    fn assert_same(upload: &Upload, expected: &aws_sdk_s3::presigning::PresignedRequest) {
        assert_eq!(upload.method, expected.method());
        let headers = expected.headers().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        assert_eq!(upload.headers, headers.filter(|(name, _)| name != "host").collect());
        let (ours, theirs) = (split(&upload.url), split(expected.uri()));
        let timeless = |(place, mut query): (String, BTreeMap<String, String>)| {
            assert!(query.remove("X-Amz-Date").is_some(), "{query:?}");
            (place, query)
        };
        assert_eq!(timeless(ours), timeless(theirs));
    }

    #[test]
    fn the_signing_clock_stands_still_for_half_an_hour_and_is_never_ahead() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(rounded(at(1_800)), at(1_800));
        assert_eq!(rounded(at(3_599)), at(1_800));
        assert_eq!(rounded(at(3_600)), at(3_600));
    }
}
