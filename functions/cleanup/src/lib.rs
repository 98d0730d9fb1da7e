//! Deletes what a deleted picture leaves behind.
//!
//! | | |
//! |---|---|
//! | triggered by | removals in the stream of Pictures |
//! | reads | Pictures |
//! | emits | deletions of S3 `originals/` and `renditions/` objects |

use shared::Error;
use shared::model::PictureKey;
use shared::store::{Media, Pictures};

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// The truth.
    pub pictures: Pictures,
    /// Where the objects are.
    pub media: Media,
}

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
