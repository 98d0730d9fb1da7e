//! The media bucket: originals and renditions.

use std::ops::RangeInclusive;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use domain::{PictureKey, RenditionSize, object_key};
use futures_util::future::try_join_all;

use crate::Error;
use crate::aws::{Cloud, variable};

/// Renditions never change under one key. `max-age` is in seconds.
const RENDITION_CACHE_CONTROL: &str = "private, max-age=86400, immutable";

/// The media bucket.
#[derive(Clone, Debug)]
pub struct Media {
    client: Client,
    bucket: String,
}

impl Media {
    /// Opens the bucket that `MEDIA_BUCKET` names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(cloud.s3(), variable("MEDIA_BUCKET")?))
    }

    /// Opens a bucket.
    #[must_use]
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// Reads an original.
    ///
    /// # Errors
    /// Also where the original does not exist: without permission to list the bucket, S3 replies
    /// "access denied". Read the picture's record to find out whether it was deleted.
    pub async fn read_original(&self, picture: PictureKey) -> Result<Bytes, Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(object_key::original(picture));
        Ok(request.send().await?.body.collect().await?.into_bytes())
    }

    /// Reads a range of bytes of an original, both positions inclusive, and the length of the
    /// original in bytes.
    ///
    /// # Errors
    /// As for [`Media::read_original`].
    pub async fn read_original_range(
        &self,
        picture: PictureKey,
        range: RangeInclusive<u64>,
    ) -> Result<(Bytes, u64), Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(object_key::original(picture));
        let object = request.range(format!("bytes={}-{}", range.start(), range.end())).send().await?;
        let total = total_length(&object).ok_or("the S3 reply has no length")?;
        Ok((object.body.collect().await?.into_bytes(), total))
    }

    /// Whether the original of a picture exists. Lists the bucket, since only a list request
    /// distinguishes "not found" from "access denied".
    pub async fn has_original(&self, picture: PictureKey) -> Result<bool, Error> {
        let key = object_key::original(picture);
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(&key).max_keys(1);
        Ok(request.send().await?.contents().iter().any(|object| object.key() == Some(&key)))
    }

    /// Writes a rendition.
    pub async fn put_rendition(
        &self,
        picture: PictureKey,
        size: RenditionSize,
        content_type: &str,
        bytes: Bytes,
    ) -> Result<(), Error> {
        let request = self.client.put_object().bucket(&self.bucket).key(object_key::rendition(picture, size));
        let request = request.content_type(content_type).cache_control(RENDITION_CACHE_CONTROL);
        request.body(ByteStream::from(bytes)).send().await?;
        Ok(())
    }

    /// Deletes the original and the renditions of a picture, which need not exist. Sends one
    /// request per object: `DeleteObjects` needs checksums, whose code alone is an eighth of a
    /// function's binary.
    pub async fn delete(&self, picture: PictureKey) -> Result<(), Error> {
        let keys = [
            object_key::original(picture),
            object_key::rendition(picture, RenditionSize::Small),
            object_key::rendition(picture, RenditionSize::Large),
        ];
        let deletions = keys.map(|key| self.client.delete_object().bucket(&self.bucket).key(key).send());
        try_join_all(deletions).await?;
        Ok(())
    }
}

/// The length of the whole object, from `Content-Range` where the reply is a range.
fn total_length(object: &GetObjectOutput) -> Option<u64> {
    match object.content_range() {
        Some(range) => range.rsplit_once('/')?.1.parse().ok(),
        None => u64::try_from(object.content_length()?).ok(),
    }
}
