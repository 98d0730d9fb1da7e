//! Extracts the metadata of an uploaded picture.

use domain::{CameraFacts, Gps, PictureKey};
use lambda::Error;
use photo_metadata::{Extractor, Metadata, Step};
use store::{AttributeUpdate, Media};

use crate::context::Context;

/// Reads the metadata of a picture from a few ranges of its original and writes it to its row.
///
/// Writes empty metadata for any other file, because `thumbnail` validates the format. Idempotent.
pub async fn handle(context: &Context, key: PictureKey) -> Result<(), Error> {
    match context.pictures.get(key).await? {
        None => return skip_deleted(),
        Some(picture) if picture.metadata.is_some() => {
            tracing::info!("metadata exists already");
            return Ok(());
        }
        Some(_) => {}
    }
    let metadata = match extract(&context.media, key).await {
        Ok(metadata) => metadata,
        // Deleting the picture also deletes its original.
        Err(error) => match context.pictures.get(key).await? {
            None => return skip_deleted(),
            Some(_) => return Err(error),
        },
    };
    match context.pictures.update(key, update(&metadata)?).await? {
        Some(_) => Ok(()),
        None => skip_deleted(),
    }
}

async fn extract(media: &Media, key: PictureKey) -> Result<Metadata, Error> {
    let mut extractor = Extractor::new();
    loop {
        match extractor.step() {
            Step::Need(range) => {
                let (bytes, total) = media.read_original_range(key, range).await?;
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
fn update(metadata: &Metadata) -> Result<AttributeUpdate, Error> {
    AttributeUpdate::default()
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
