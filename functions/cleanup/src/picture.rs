//! Deletes the data of deleted pictures, and pictures without an original. Events are hints: the
//! picture's record and the bucket decide.

use domain::{PictureKey, PictureState};
use lambda::Error;

use crate::{Context, delete_in_batches};

/// Deletes objects, comments and deadline of a picture whose record no longer exists. Nothing is
/// added in the meantime: a picture id is never reused, and a new comment requires the picture's
/// record in the same transaction.
pub async fn delete_orphans(context: &Context, key: PictureKey) -> Result<(), Error> {
    if context.pictures.get(key).await?.is_some() {
        tracing::warn!("the picture exists; deleted nothing");
        return Ok(());
    }
    context.media.delete(key).await?;
    delete_in_batches(|| context.comments.delete_some_on(key)).await?;
    context.deadlines.delete(key).await?;
    tracing::info!("deleted the data of the picture");
    Ok(())
}

/// Deletes a picture whose original was deleted from the bucket. Its `picture.removed` then
/// triggers [`delete_orphans`].
pub async fn delete_without_original(context: &Context, key: PictureKey) -> Result<(), Error> {
    // The record first: most of these events come from deletions of whole pictures.
    if context.pictures.get(key).await?.is_none() || context.media.has_original(key).await? {
        return Ok(());
    }
    context.pictures.delete(key).await?;
    tracing::warn!("deleted the picture because its original is gone");
    Ok(())
}

/// Deletes a picture that was not uploaded by its deadline. Keeps an uploaded picture that is not
/// processed yet.
pub async fn delete_unless_uploaded(context: &Context, key: PictureKey) -> Result<(), Error> {
    let state = context.pictures.get(key).await?.map(|picture| picture.state());
    if state != Some(PictureState::AwaitingUpload) || context.media.has_original(key).await? {
        return Ok(());
    }
    if context.pictures.delete_unless_uploaded(key).await? {
        tracing::info!("deleted the picture because it was not uploaded");
    }
    Ok(())
}
