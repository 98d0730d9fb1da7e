//! What a deleted picture leaves behind, and pictures that there is nothing of. Events are only hints: the record decides.

use lambda::Error;
use domain::{PictureKey, State};

use crate::{Context, until_none};

/// Deletes what hangs on a picture whose record is gone. Nothing is added meanwhile: ids are not used twice, and who comments asks,
/// in the same transaction, whether the picture is there.
///
/// # Errors
/// DynamoDB's or S3's.
pub async fn sweep(context: &Context, key: PictureKey) -> Result<(), Error> {
    if context.pictures.get(key).await?.is_some() {
        tracing::warn!("the picture is there; nothing is deleted");
        return Ok(());
    }
    context.media.delete(key).await?;
    until_none(|| context.comments.delete_some_on(key)).await?;
    context.deadlines.forget(key).await?;
    tracing::info!("nothing is left of the picture");
    Ok(())
}

/// Deletes a picture whose original was deleted in the bucket; the rest of it follows as of every deleted picture.
///
/// # Errors
/// DynamoDB's or S3's.
pub async fn give_up(context: &Context, key: PictureKey) -> Result<(), Error> {
    // The record first: most of these events are about originals that went with their pictures.
    if context.pictures.get(key).await?.is_none() || context.media.has_original(key).await? {
        return Ok(());
    }
    context.pictures.delete(key).await?;
    tracing::warn!("the original is gone; the picture goes, too");
    Ok(())
}

/// Deletes a picture whose upload never came. One that came and that nobody has looked at yet stays: that is late, not missing.
///
/// # Errors
/// DynamoDB's or S3's.
pub async fn expire(context: &Context, key: PictureKey) -> Result<(), Error> {
    let state = context.pictures.get(key).await?.map(|picture| picture.state());
    if state != Some(State::AwaitingUpload) || context.media.has_original(key).await? {
        return Ok(());
    }
    if context.pictures.expire(key).await? {
        tracing::info!("the upload never came");
    }
    Ok(())
}
