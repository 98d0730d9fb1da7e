//! Extracts the metadata of an uploaded picture.

use photo_metadata::{Extractor, Metadata, Step};
use shared::Error;
use shared::model::{CameraFacts, Gps, PictureKey};
use shared::store::{Change, Media, Pictures, Written};

/// Clients of the function.
#[derive(Debug)]
pub struct Stores {
    /// The Pictures table.
    pub pictures: Pictures,
    /// The bucket with the originals.
    pub media: Media,
}

/// Reads the metadata of a picture from a few ranges of its original and writes it to its row.
///
/// Writes empty metadata for any other file, because `thumbnail` validates the format. Idempotent.
pub async fn handle(stores: &Stores, key: PictureKey) -> Result<(), Error> {
    match stores.pictures.get(key).await? {
        None => return skip_deleted(),
        Some(picture) if picture.metadata.is_some() => {
            tracing::info!("metadata exists already");
            return Ok(());
        }
        Some(_) => {}
    }
    let metadata = match extract(&stores.media, key).await {
        Ok(metadata) => metadata,
        // Deleting the picture also deletes its original.
        Err(error) => match stores.pictures.get(key).await? {
            None => return skip_deleted(),
            Some(_) => return Err(error),
        },
    };
    match stores.pictures.change(key, change(&metadata)?).await? {
        Written::Picture(_) => Ok(()),
        Written::Gone => skip_deleted(),
    }
}

async fn extract(media: &Media, key: PictureKey) -> Result<Metadata, Error> {
    let mut extractor = Extractor::new();
    loop {
        match extractor.step() {
            Step::Need(range) => {
                let (bytes, total) = media.original_range(key, range).await?;
                extractor.feed(&bytes, total);
            }
            Step::Done(metadata) => {
                tracing::info!(bytes = extractor.bytes_read(), "extracted");
                return Ok(*metadata);
            }
        }
    }
}

/// Omits [`Metadata::description`], because text in a file may be private. Owners write their own
/// captions.
fn change(metadata: &Metadata) -> Result<Change, Error> {
    Change::default()
        .set_or_remove("metadata", Some(&camera(metadata)))?
        .set_or_remove("takenAt", metadata.taken_at.as_ref())?
        .set_or_remove("gps", gps(metadata).as_ref())
}

fn camera(metadata: &Metadata) -> CameraFacts {
    let photo_metadata::CameraFacts { camera, lens, exposure, aperture, iso, focal_length } =
        metadata.camera.clone();
    CameraFacts { camera, lens, exposure, aperture, iso, focal_length }
}

fn gps(metadata: &Metadata) -> Option<Gps> {
    let photo_metadata::Gps { latitude, longitude, altitude } = metadata.gps?;
    Some(Gps { latitude, longitude, altitude })
}

/// `thumbnail` and `cleanup` delete the objects of a deleted picture.
fn skip_deleted() -> Result<(), Error> {
    tracing::info!("the picture was deleted");
    Ok(())
}
