//! The media bucket: originals and renditions.

use std::ops::RangeInclusive;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadError;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::MultipartUpload;
use bytes::Bytes;
use domain::{PictureKey, RenditionSize, object_key};
use futures_util::future::try_join_all;
use futures_util::stream::{StreamExt, TryStreamExt, iter};

use crate::Error;
use crate::aws::{Cloud, variable};

/// The `Cache-Control` header of renditions: cached for a day, because the rendition of a key never
/// changes.
const RENDITION_CACHE_CONTROL: &str = "private, max-age=86400, immutable";

/// The maximum number of concurrent requests that abort uploads.
const CONCURRENT: usize = 16;

/// The media bucket.
#[derive(Clone, Debug)]
pub struct Media {
    client: Client,
    bucket: String,
}

impl Media {
    /// Opens the bucket that the environment variable `MEDIA_BUCKET` names.
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
    /// Returns an error if the original does not exist or the request fails. The error does not
    /// show which, because S3 replies "access denied" without permission to list the bucket. Read
    /// the picture's row to find out whether the picture was deleted.
    pub async fn read_original(&self, picture: PictureKey) -> Result<Bytes, Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(object_key::original(picture));
        Ok(request.send().await?.body.collect().await?.into_bytes())
    }

    /// Reads a range of bytes of an original. Returns the bytes and the length of the whole
    /// original.
    ///
    /// # Errors
    /// Returns an error in the same cases as [`Media::read_original`].
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

    /// Returns `true` if the original of a picture exists. Lists the bucket, because a list request
    /// does not confuse a missing object with a missing permission.
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

    /// Aborts at most 1,000 unfinished multipart uploads of an original, which deletes their parts.
    /// Returns their number.
    pub async fn abort_uploads(&self, picture: PictureKey) -> Result<usize, Error> {
        let key = object_key::original(picture);
        let request = self.client.list_multipart_uploads().bucket(&self.bucket).prefix(&key);
        let reply = request.send().await?;
        let ids: Vec<_> = reply.uploads().iter().filter_map(MultipartUpload::upload_id).collect();
        let aborts = ids.iter().map(|id| async {
            let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&key);
            match request.upload_id(*id).send().await {
                Ok(_) => Ok(()),
                Err(error)
                    if error.as_service_error().is_some_and(AbortMultipartUploadError::is_no_such_upload) =>
                {
                    Ok(())
                }
                Err(error) => Err(Error::from(error)),
            }
        });
        iter(aborts).buffer_unordered(CONCURRENT).try_collect::<()>().await?;
        Ok(ids.len())
    }

    /// Deletes the original and the renditions of a picture. The bucket keeps them as old versions
    /// for some days. Succeeds even if they do not exist.
    pub async fn delete(&self, picture: PictureKey) -> Result<(), Error> {
        self.delete_objects(picture, None).await
    }

    /// Deletes a version of the original for good, and the renditions of the picture. Succeeds even
    /// if they do not exist.
    pub async fn delete_for_good(&self, picture: PictureKey, version_id: &str) -> Result<(), Error> {
        self.delete_objects(picture, Some(version_id)).await
    }

    /// Sends one request per object, because `DeleteObjects` needs checksums, and their code alone
    /// is an eighth of a function's binary.
    async fn delete_objects(&self, picture: PictureKey, version_id: Option<&str>) -> Result<(), Error> {
        let objects = [
            (object_key::original(picture), version_id),
            (object_key::rendition(picture, RenditionSize::Small), None),
            (object_key::rendition(picture, RenditionSize::Large), None),
        ];
        let deletions = objects.map(|(key, version_id)| {
            let request = self.client.delete_object().bucket(&self.bucket).key(key);
            request.set_version_id(version_id.map(ToOwned::to_owned)).send()
        });
        try_join_all(deletions).await?;
        Ok(())
    }
}

/// Returns the length of the whole object in bytes, from `Content-Range` if the reply is a range.
fn total_length(object: &GetObjectOutput) -> Option<u64> {
    match object.content_range() {
        Some(range) => range.rsplit_once('/')?.1.parse().ok(),
        None => u64::try_from(object.content_length()?).ok(),
    }
}
