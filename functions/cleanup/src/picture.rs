//! Deletes the data of deleted pictures, pictures without an original, and pictures that were not
//! uploaded in time. An event only names a picture: the handlers read the picture's row and the
//! bucket to decide what to delete.

use domain::{PictureKey, PictureState};
use lambda::Error;

use crate::{Context, album, delete_in_batches};

/// Deletes the objects, unfinished uploads, comments and deadline of a picture if its row no longer
/// exists. Removes the picture from all albums, and deletes the links to it.
///
/// No data remains: picture ids are never reused, a new comment and a new entry of an album require
/// the picture's row in the same transaction, and `thumbnail` deletes objects that are written
/// later. A client that holds a presigned request can create an upload for another minute. It has
/// no parts, because `uploads` presigns nothing for it.
pub async fn delete_remaining_data(context: &Context, key: PictureKey) -> Result<(), Error> {
    if context.pictures.get(key).await?.is_some() {
        tracing::warn!("deleted nothing because the picture exists");
        return Ok(());
    }
    delete_in_batches(|| context.media.abort_uploads(key)).await?;
    context.media.delete(key).await?;
    delete_in_batches(|| context.comments.delete_some_on(key)).await?;
    context.deadlines.delete(key).await?;
    album::forget_picture(context, key).await?;
    tracing::info!("deleted the data of the picture");
    Ok(())
}

/// Deletes a picture if the bucket no longer contains its original. The resulting
/// `picture.removed` triggers [`delete_remaining_data`].
pub async fn delete_if_original_missing(context: &Context, key: PictureKey) -> Result<(), Error> {
    // Reads the row first, because most of these events follow the deletion of a picture's row.
    if context.pictures.get(key).await?.is_none() || context.media.has_original(key).await? {
        return Ok(());
    }
    context.pictures.delete(key).await?;
    tracing::warn!("deleted the picture because its original does not exist");
    Ok(())
}

/// Deletes a picture that was not uploaded by its deadline. Does not delete an uploaded picture
/// that is not yet processed.
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
