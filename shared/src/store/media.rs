//! The media bucket: originals and renditions.

use std::ops::RangeInclusive;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use futures_util::future::try_join_all;

use crate::Error;
use crate::aws::{Cloud, variable};
use crate::key;
use crate::model::{PictureKey, RenditionSize};

/// How long a browser may keep a rendition (seconds). Its bytes never change under one key.
const RENDITION_CACHED: &str = "private, max-age=86400, immutable";

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

    /// Whether a picture's original is there. Asked by listing, because "not found" and "not allowed" look alike to whoever may not
    /// list, and somebody's picture hangs on it.
    ///
    /// # Errors
    /// S3's.
    pub async fn has_original(&self, picture: PictureKey) -> Result<bool, Error> {
        let key = key::original(picture);
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(&key).max_keys(1);
        Ok(request.send().await?.contents().iter().any(|object| object.key() == Some(&key)))
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

    /// Deletes a picture's original and renditions; those that are not there do not matter. One by one, side by side: deleting
    /// several with one request needs checksums, whose code alone is an eighth of a function.
    ///
    /// # Errors
    /// S3's.
    pub async fn delete(&self, picture: PictureKey) -> Result<(), Error> {
        let keys = [
            key::original(picture),
            key::rendition(picture, RenditionSize::Small),
            key::rendition(picture, RenditionSize::Large),
        ];
        let deletions = keys.map(|key| self.client.delete_object().bucket(&self.bucket).key(key).send());
        try_join_all(deletions).await?;
        Ok(())
    }
}

/// The length of the whole object: behind the slash of `Content-Range` where a part was read.
fn total_length(object: &GetObjectOutput) -> Option<u64> {
    match object.content_range() {
        Some(range) => range.rsplit_once('/')?.1.parse().ok(),
        None => u64::try_from(object.content_length()?).ok(),
    }
}
