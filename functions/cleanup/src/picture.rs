//! What a deleted picture leaves behind.

use shared::Error;
use shared::model::PictureKey;

use crate::Stores;

/// Deletes the objects of a picture whose record is gone. The event is only a hint: a picture that is there keeps its objects.
///
/// # Errors
/// DynamoDB's or S3's.
pub async fn sweep(stores: &Stores, key: PictureKey) -> Result<(), Error> {
    if stores.pictures.get(key).await?.is_some() {
        tracing::warn!("the picture is there; nothing is deleted");
        return Ok(());
    }
    stores.media.delete(key).await?;
    tracing::info!("objects deleted");
    Ok(())
}
