//! Presigned URLs of the objects of pictures.
//!
//! Signs with `aws-sigv4` instead of the S3 client, so that functions that only presign do not link
//! the client.

mod multipart;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use domain::{ContentType, Picture, PictureKey, PresignedRequest, RenditionSize, object_key};
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use crate::Error;
use crate::aws::{Cloud, variable};

pub use multipart::UploadStep;

/// The validity of the requests of an upload. S3 compares it with the start of the request.
const UPLOAD_VALIDITY: Duration = Duration::from_secs(15 * 60);
/// The validity of a request that creates a multipart upload. It is short because S3 creates the
/// upload even if the picture was deleted in the meantime, and deletes it only after a day.
const CREATE_VALIDITY: Duration = Duration::from_secs(60);
/// The signing time of download URLs is rounded down to a multiple of this, so that URLs repeat and
/// browsers can cache by URL.
const DOWNLOAD_CLOCK_STEP: Duration = Duration::from_secs(5 * 60);
/// The validity of a download URL from its rounded signing time, which is 10 to 15 minutes from
/// now. A reader who loses access can use an earlier URL for at most 15 minutes.
const DOWNLOAD_VALIDITY: Duration = Duration::from_secs(15 * 60);

/// Presigns URLs of the media bucket with the credentials of the function.
#[derive(Clone, Debug)]
pub struct UrlPresigner {
    credentials: Credentials,
    region: String,
    /// The URL of the bucket for clients.
    bucket_url: String,
    /// The URL of the bucket as the origin of the site's distribution.
    origin_url: String,
    /// Whether renditions are at the bucket even if there is a site.
    renditions_at_bucket: bool,
    /// The URL of the site to which renditions belong, without a slash at the end.
    site: Option<String>,
}

impl UrlPresigner {
    /// Creates a presigner for the bucket at the domain `MEDIA_DOMAIN`. On the local cloud, its
    /// URLs contain the bucket `MEDIA_BUCKET` in the path, because only browsers resolve
    /// `BUCKET.localhost`. If `RENDITIONS_FROM` is `bucket`, renditions are at the bucket even if
    /// there is a site.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let origin_url = format!("https://{}", variable("MEDIA_DOMAIN")?);
        let presigner = Self {
            renditions_at_bucket: variable("RENDITIONS_FROM")? == "bucket",
            ..Self::new(cloud.credentials().clone(), variable("AWS_REGION")?, origin_url)
        };
        Ok(match cloud.config().endpoint_url() {
            Some(endpoint) => {
                Self { bucket_url: format!("{endpoint}/{}", variable("MEDIA_BUCKET")?), ..presigner }
            }
            None => presigner,
        })
    }

    /// Creates a presigner for the bucket at `bucket_url`.
    #[must_use]
    pub fn new(credentials: Credentials, region: String, bucket_url: String) -> Self {
        let origin_url = bucket_url.clone();
        Self { credentials, region, bucket_url, origin_url, renditions_at_bucket: false, site: None }
    }

    /// Returns a presigner for renditions at the site with this URL. If it is absent or empty, or
    /// if the deployment says so, renditions are at the bucket.
    #[must_use]
    pub fn for_site(&self, site: Option<&str>) -> Self {
        let site = site.map(|url| url.trim_end_matches('/').to_owned());
        let site = site.filter(|url| !url.is_empty() && !self.renditions_at_bucket);
        Self { site, ..self.clone() }
    }

    /// Presigns the upload of an original. S3 rejects the upload if its length or type differs from
    /// the declared one, or if the key already has an object.
    pub fn presign_original(&self, picture: &Picture) -> Result<PresignedRequest, Error> {
        let length = picture.bytes.to_string();
        let headers = [
            ("content-length", length.as_str()),
            ("content-type", picture.content_type.as_str()),
            ("if-none-match", "*"),
        ];
        self.presign_upload(
            "PUT",
            format!("{}/{}", self.bucket_url, object_key::original(picture.key)),
            &headers,
            UPLOAD_VALIDITY,
        )
    }

    fn presign_upload(
        &self,
        method: &str,
        url: String,
        headers: &[(&str, &str)],
        validity: Duration,
    ) -> Result<PresignedRequest, Error> {
        let now = SystemTime::now();
        Ok(PresignedRequest {
            method: method.into(),
            url: self.sign(method, url, headers, now, validity)?,
            headers: headers.iter().map(|&(name, value)| (name.into(), value.into())).collect(),
            expires_at: expiry(now, validity)?,
        })
    }

    /// Presigns the download of a rendition, from the site if there is one. The signature is for
    /// the host of the bucket, which the site's distribution sends to S3.
    pub fn rendition_url(&self, picture: PictureKey, size: RenditionSize) -> Result<String, Error> {
        let key = object_key::rendition(picture, size);
        let Some(site) = &self.site else {
            return self.presign_download(format!("{}/{key}", self.bucket_url));
        };
        let url = self.presign_download(format!("{}/{key}", self.origin_url))?;
        let path = url.strip_prefix(&self.origin_url).ok_or("the URL is not in the bucket")?;
        Ok(format!("{site}{path}"))
    }

    /// Presigns the download of an original, for its owner only. Browsers save the file instead of
    /// showing it, because its content is not trusted. Its name is the picture id with the
    /// extension of `content_type`.
    pub fn original_url(&self, picture: PictureKey, content_type: ContentType) -> Result<String, Error> {
        // `attachment; filename=ID.heic`, encoded. The name needs no quotes.
        let name = format!("{}.{}", picture.picture_id, content_type.extension());
        let query = format!("response-content-disposition=attachment%3B%20filename%3D{name}");
        self.presign_download(format!("{}/{}?{query}", self.bucket_url, object_key::original(picture)))
    }

    fn presign_download(&self, url: String) -> Result<String, Error> {
        self.sign("GET", url, &[], round_down(SystemTime::now()), DOWNLOAD_VALIDITY)
    }

    /// Adds a signature to the query of a URL. S3 expects a path that is encoded once, and an
    /// unsigned payload.
    fn sign(
        &self,
        method: &str,
        url: String,
        headers: &[(&str, &str)],
        time: SystemTime,
        validity: Duration,
    ) -> Result<String, Error> {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(validity);
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

/// Returns the time at which a signature of this time expires. Signatures contain whole seconds,
/// rounded down.
fn expiry(now: SystemTime, validity: Duration) -> Result<Timestamp, Error> {
    let round = TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Trunc);
    Ok(Timestamp::try_from(now + validity)?.round(round)?)
}

fn round_down(now: SystemTime) -> SystemTime {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    UNIX_EPOCH + Duration::from_secs(seconds - seconds % DOWNLOAD_CLOCK_STEP.as_secs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use aws_sdk_s3::config::{BehaviorVersion, Builder, Region};
    use aws_sdk_s3::presigning::PresigningConfig;
    use domain::{PART_BYTES, PictureId, UploadId, UserId, Visibility};

    const BUCKET: &str = "media";

    #[test]
    fn a_signature_expires_at_a_whole_second() {
        let now = UNIX_EPOCH + Duration::from_millis(1_700_000_000_900);
        let expiry = expiry(now, Duration::from_secs(60)).unwrap();
        assert_eq!(expiry.to_string(), "2023-11-14T22:14:20Z");
    }

    fn key() -> PictureKey {
        PictureKey { owner_id: UserId(uuid::Uuid::from_u128(7)), picture_id: PictureId::new() }
    }

    fn credentials() -> Credentials {
        Credentials::new("id", "secret", Some("session+/=".into()), None, "test")
    }

    fn presigner() -> UrlPresigner {
        let bucket_url = format!("https://{BUCKET}.s3.eu-central-1.amazonaws.com");
        UrlPresigner::new(credentials(), "eu-central-1".into(), bucket_url)
    }

    fn s3() -> aws_sdk_s3::Client {
        let config =
            Builder::new().behavior_version(BehaviorVersion::latest()).region(Region::new("eu-central-1"));
        let when_required = aws_sdk_s3::config::RequestChecksumCalculation::WhenRequired;
        let config = config.credentials_provider(credentials()).request_checksum_calculation(when_required);
        aws_sdk_s3::Client::from_conf(config.build())
    }

    /// Splits a URL into its address and its query parameters. Omits the SDK's parameter `x-id` and
    /// the signature, which covers it.
    fn split(url: &str) -> (String, BTreeMap<String, String>) {
        let (address, query) = url.split_once('?').unwrap();
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
        let pairs = pairs.filter(|(name, _)| !["x-id", "X-Amz-Signature"].contains(name));
        (address.to_owned(), pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    #[tokio::test]
    async fn presigns_downloads_as_the_sdk_does() {
        let key = key();
        let config = PresigningConfig::builder()
            .start_time(round_down(SystemTime::now()))
            .expires_in(DOWNLOAD_VALIDITY);
        let request = s3().get_object().bucket(BUCKET).key(object_key::original(key));
        let disposition = format!("attachment; filename={}.heic", key.picture_id);
        let request = request.response_content_disposition(disposition);
        let expected = request.presigned(config.build().unwrap()).await.unwrap();
        assert_eq!(split(&presigner().original_url(key, ContentType::Heic).unwrap()), split(expected.uri()));
    }

    #[tokio::test]
    async fn presigns_a_rendition_for_the_bucket_and_replaces_its_origin_with_the_site() {
        let key = key();
        let config = PresigningConfig::builder()
            .start_time(round_down(SystemTime::now()))
            .expires_in(DOWNLOAD_VALIDITY);
        let request = s3().get_object().bucket(BUCKET).key(object_key::rendition(key, RenditionSize::Small));
        let expected = request.presigned(config.build().unwrap()).await.unwrap();
        let (address, query) = split(expected.uri());
        let path = address.strip_prefix("https://media.s3.eu-central-1.amazonaws.com/").unwrap();

        let presigner = UrlPresigner { bucket_url: "http://localhost:4566/media".into(), ..presigner() };
        let presigner = presigner.for_site(Some("https://photos.example.org/"));
        let url = presigner.rendition_url(key, RenditionSize::Small).unwrap();
        assert_eq!(split(&url), (format!("https://photos.example.org/{path}"), query));
        let original = presigner.original_url(key, ContentType::Heic).unwrap();
        assert!(original.starts_with("http://localhost:4566/media/originals/"), "{original}");
    }

    #[test]
    fn the_signature_of_a_rendition_is_the_same_at_the_site_and_at_the_bucket() {
        let (key, size) = (key(), RenditionSize::Large);
        let query = |url: &str| url.split_once('?').unwrap().1.to_owned();
        loop {
            let before = round_down(SystemTime::now());
            let bucket = presigner().rendition_url(key, size).unwrap();
            let site = presigner().for_site(Some("http://localhost:1")).rendition_url(key, size).unwrap();
            if round_down(SystemTime::now()) == before {
                return assert_eq!(query(&site), query(&bucket));
            }
        }
    }

    #[test]
    fn without_a_site_or_by_choice_a_rendition_is_at_the_bucket() {
        let at_bucket = UrlPresigner { renditions_at_bucket: true, ..presigner() };
        for (presigner, site) in
            [(presigner(), None), (presigner(), Some("")), (at_bucket, Some("https://photos.example.org/"))]
        {
            let url = presigner.for_site(site).rendition_url(key(), RenditionSize::Small).unwrap();
            assert!(url.starts_with("https://media.s3.eu-central-1.amazonaws.com/renditions/"), "{url}");
        }
    }

    #[tokio::test]
    async fn presigns_uploads_as_the_sdk_does() {
        let picture = Picture::register(key(), Visibility::Private, ContentType::Png, 12_345);
        let now = SystemTime::now();
        let config = PresigningConfig::builder().start_time(now).expires_in(UPLOAD_VALIDITY).build().unwrap();
        let request =
            s3().put_object().bucket(BUCKET).key(object_key::original(picture.key)).if_none_match("*");
        let expected =
            request.content_type("image/png").content_length(12_345).presigned(config).await.unwrap();
        assert_same(&presigner().presign_original(&picture).unwrap(), &expected);
    }

    #[tokio::test]
    async fn presigns_parts_as_the_sdk_does() {
        let picture = Picture::register(key(), Visibility::Private, ContentType::Png, PART_BYTES + 12_345);
        let config = PresigningConfig::builder().start_time(SystemTime::now()).expires_in(UPLOAD_VALIDITY);
        let request = s3().upload_part().bucket(BUCKET).key(object_key::original(picture.key));
        let request = request.upload_id("a+b/c==").part_number(2).content_length(12_345);
        let expected = request.presigned(config.build().unwrap()).await.unwrap();
        let step = UploadStep::Part { upload_id: UploadId::parse("a+b/c==").unwrap(), number: 2 };
        assert_same(&presigner().presign_step(&picture, &step).unwrap(), &expected);
    }

    /// Compares two requests except for the time and the signature, which covers the time.
    fn assert_same(upload: &PresignedRequest, expected: &aws_sdk_s3::presigning::PresignedRequest) {
        assert_eq!(upload.method, expected.method());
        let headers = expected.headers().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        assert_eq!(upload.headers, headers.filter(|(name, _)| name != "host").collect());
        let remove_date = |(address, mut query): (String, BTreeMap<String, String>)| {
            assert!(query.remove("X-Amz-Date").is_some(), "{query:?}");
            (address, query)
        };
        assert_eq!(remove_date(split(&upload.url)), remove_date(split(expected.uri())));
    }

    #[test]
    fn the_signing_time_is_constant_for_five_minutes_and_never_in_the_future() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(round_down(at(1_800)), at(1_800));
        assert_eq!(round_down(at(2_099)), at(1_800));
        assert_eq!(round_down(at(2_100)), at(2_100));
    }

    #[test]
    fn a_download_url_is_valid_for_ten_to_fifteen_minutes() {
        let now = UNIX_EPOCH + Duration::from_secs(2_099);
        assert_eq!(DOWNLOAD_VALIDITY, Duration::from_secs(15 * 60));
        let remaining = (round_down(now) + DOWNLOAD_VALIDITY).duration_since(now).unwrap();
        assert!(remaining > Duration::from_secs(10 * 60));
    }
}
