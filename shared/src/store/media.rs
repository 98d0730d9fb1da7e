//! The media bucket: originals and renditions.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::aws::{Cloud, variable};
use crate::key;
use crate::model::{Picture, PictureKey, RenditionSize};

/// How long an upload may begin after it was handed out.
const UPLOAD_VALID: Duration = Duration::from_secs(15 * 60);
/// Download URLs are signed on a clock rounded down to this, so that they stay the same for a while and a browser can cache
/// what is behind them.
const ROUNDED: Duration = Duration::from_secs(30 * 60);
/// How long a download URL is good for after its rounded time: between half an hour and an hour from now.
const DOWNLOAD_VALID: Duration = Duration::from_secs(60 * 60);
/// How long a browser may keep a rendition (seconds). Its bytes never change under one key.
const RENDITION_CACHED: &str = "private, max-age=86400, immutable";

/// What a client does to upload the bytes of a picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// `PUT`.
    pub method: String,
    /// Presigned.
    pub url: String,
    /// All of them are signed: the client sends exactly these.
    pub headers: BTreeMap<String, String>,
    /// Until when the upload may begin (UTC).
    pub expires_at: Timestamp,
}

/// The media bucket.
#[derive(Clone, Debug)]
pub struct Media {
    client: Client,
    bucket: String,
}

impl Media {
    /// The bucket that `MEDIA_BUCKET` names.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.s3(), variable("MEDIA_BUCKET")?))
    }

    /// A bucket of that name.
    #[must_use]
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// A presigned upload, bound to the picture's declared length and type, to a key that has no object yet.
    ///
    /// # Errors
    /// The credentials cannot sign.
    pub async fn upload(&self, picture: &Picture) -> Result<Upload, Error> {
        let signed = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key::original(picture.key))
            .content_type(picture.content_type.as_str())
            .content_length(i64::try_from(picture.bytes)?)
            .if_none_match("*")
            .presigned(PresigningConfig::expires_in(UPLOAD_VALID)?)
            .await?;
        let headers = signed.headers().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        Ok(Upload {
            method: signed.method().to_owned(),
            url: signed.uri().to_owned(),
            headers: headers.filter(|(name, _)| name != "host").collect(),
            expires_at: Timestamp::try_from(SystemTime::now() + UPLOAD_VALID)?.round(jiff::Unit::Second)?,
        })
    }

    /// A presigned URL of a rendition.
    ///
    /// # Errors
    /// The credentials cannot sign.
    pub async fn rendition_url(&self, picture: PictureKey, size: RenditionSize) -> Result<String, Error> {
        let request = self.client.get_object().key(key::rendition(picture, size));
        self.signed(request).await
    }

    /// A presigned URL of the original: for its owner only. Browsers save what is behind it instead of showing it: it is whatever was
    /// uploaded.
    ///
    /// # Errors
    /// The credentials cannot sign.
    pub async fn original_url(&self, picture: PictureKey) -> Result<String, Error> {
        let request = self.client.get_object().key(key::original(picture));
        self.signed(request.response_content_disposition("attachment")).await
    }

    async fn signed(&self, request: GetObjectFluentBuilder) -> Result<String, Error> {
        let validity = PresigningConfig::builder()
            .start_time(rounded(SystemTime::now()))
            .expires_in(DOWNLOAD_VALID)
            .build()?;
        Ok(request.bucket(&self.bucket).presigned(validity).await?.uri().to_owned())
    }

    /// A whole original. One that is gone is an error too: without the right to list the bucket, S3 says no more than
    /// "access denied"; whether it was deleted is told by its record.
    ///
    /// # Errors
    /// S3's.
    pub async fn original(&self, picture: PictureKey) -> Result<Bytes, Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(key::original(picture));
        Ok(request.send().await?.body.collect().await?.into_bytes())
    }

    /// A part of an original (byte positions, both included), and the length of the whole (bytes).
    ///
    /// # Errors
    /// S3's, as for [`Media::original`].
    pub async fn original_range(
        &self,
        picture: PictureKey,
        range: RangeInclusive<u64>,
    ) -> Result<(Bytes, u64), Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(key::original(picture));
        let object = request.range(format!("bytes={}-{}", range.start(), range.end())).send().await?;
        let total = total_length(&object).ok_or("S3 did not say how long the object is")?;
        Ok((object.body.collect().await?.into_bytes(), total))
    }

    /// Stores a rendition.
    ///
    /// # Errors
    /// S3's.
    pub async fn put_rendition(
        &self,
        picture: PictureKey,
        size: RenditionSize,
        content_type: &str,
        bytes: Bytes,
    ) -> Result<(), Error> {
        let request = self.client.put_object().bucket(&self.bucket).key(key::rendition(picture, size));
        let request = request.content_type(content_type).cache_control(RENDITION_CACHED);
        request.body(ByteStream::from(bytes)).send().await?;
        Ok(())
    }

    /// Deletes a picture's original and renditions; those that are not there do not matter.
    ///
    /// # Errors
    /// S3's, or an object that could not be deleted.
    pub async fn delete(&self, picture: PictureKey) -> Result<(), Error> {
        let keys = [
            key::original(picture),
            key::rendition(picture, RenditionSize::Small),
            key::rendition(picture, RenditionSize::Large),
        ];
        let objects = keys.into_iter().map(|key| ObjectIdentifier::builder().key(key).build());
        let delete =
            Delete::builder().set_objects(Some(objects.collect::<Result<_, _>>()?)).quiet(true).build()?;
        let reply = self.client.delete_objects().bucket(&self.bucket).delete(delete).send().await?;
        match reply.errors() {
            [] => Ok(()),
            [first, ..] => {
                Err(format!("S3 did not delete: {}", first.message().unwrap_or("no reason given")).into())
            }
        }
    }
}

/// The length of the whole object: behind the slash of `Content-Range` where a part was read.
fn total_length(object: &GetObjectOutput) -> Option<u64> {
    match object.content_range() {
        Some(range) => range.rsplit_once('/')?.1.parse().ok(),
        None => u64::try_from(object.content_length()?).ok(),
    }
}

fn rounded(now: SystemTime) -> SystemTime {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    UNIX_EPOCH + Duration::from_secs(seconds - seconds % ROUNDED.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signing_clock_stands_still_for_half_an_hour_and_is_never_ahead() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(rounded(at(1_800)), at(1_800));
        assert_eq!(rounded(at(3_599)), at(1_800));
        assert_eq!(rounded(at(3_600)), at(3_600));
    }
}
