//! Stores the renditions of an uploaded picture and the SHA-256 of its original.

use domain::{PictureKey, RenditionSize, Sha256, UploadId};
use futures_util::future::try_join;
use lambda::Error;
use lambda::events::Original;
use store::AttributeUpdate;

use crate::context::Context;
use crate::worker::{Rejection, RenderedPicture, Renderer, RenditionFile};

// The crate `renditions` has its own limit. It must equal the upload limit, so that every file of
// an allowed size can be rendered.
const _: () = assert!(renditions::limits::MAX_BYTES == domain::MAX_ORIGINAL_BYTES);

/// Renders a picture, and stores its renditions or the reason for its failure. Idempotent.
///
/// # Errors
/// Returns an error if a request to AWS or the child process fails. The call can be retried. An
/// invalid picture is not an error.
pub async fn handle(context: &Context, renderer: &Renderer, original: Original) -> Result<(), Error> {
    let key = original.picture;
    let Some(picture) = context.pictures.get(key).await? else {
        return delete_objects(context, &original).await;
    };
    if picture.renditions.is_some() {
        tracing::info!("the picture has renditions already");
        return context.deadlines.delete(key).await;
    }
    let bytes = match context.media.read_original(key).await {
        Ok(bytes) => bytes,
        Err(error) => return ignore_if_deleted(context, &original, error).await,
    };
    let update = match renderer.render(bytes.clone()).await? {
        Ok(rendered) => store_renditions(context, key, rendered)
            .await?
            .set_or_remove("sha256", Some(&Sha256::of(&bytes)))?,
        Err(rejection) => reject(&rejection)?,
    };
    let update = update.set_or_remove("multipartUploadId", None::<&UploadId>)?;
    match context.pictures.update(key, update).await? {
        // The registration is no longer open.
        Some(_) => context.deadlines.delete(key).await,
        None => delete_objects(context, &original).await,
    }
}

/// Stores the renditions and returns the update of the picture's row.
async fn store_renditions(
    context: &Context,
    key: PictureKey,
    rendered: RenderedPicture,
) -> Result<AttributeUpdate, Error> {
    let RenderedPicture { attributes, small, large } = rendered;
    let put = |size, RenditionFile { content_type, bytes }| {
        context.media.put_rendition(key, size, content_type.as_str(), bytes)
    };
    try_join(put(RenditionSize::Small, small), put(RenditionSize::Large, large)).await?;
    tracing::info!(width = attributes.width, height = attributes.height, "rendered");
    AttributeUpdate::default().set_fields(&attributes)?.set_or_remove("failure", None::<&String>)
}

/// Logs the rejection and returns the update of the picture's row.
fn reject(rejection: &Rejection) -> Result<AttributeUpdate, Error> {
    tracing::info!(reason = rejection.reason, "rejected the picture");
    AttributeUpdate::default().set_or_remove("failure", Some(&rejection.message))
}

/// Deletes all objects of a picture that has no row, including renditions that were just written.
/// No quota counts the original, so its version is deleted for good.
async fn delete_objects(context: &Context, original: &Original) -> Result<(), Error> {
    tracing::info!("deletes the objects of a deleted picture");
    match &original.version_id {
        Some(version) => context.media.delete_for_good(original.picture, version).await,
        None => context.media.delete(original.picture).await,
    }
}

/// Returns `error` unless the picture was deleted in the meantime. If it was deleted, deletes its
/// objects instead.
async fn ignore_if_deleted(context: &Context, original: &Original, error: Error) -> Result<(), Error> {
    match context.pictures.get(original.picture).await? {
        None => delete_objects(context, original).await,
        Some(_) => Err(error),
    }
}
