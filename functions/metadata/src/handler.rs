//! Extracts the metadata of an uploaded picture.

use domain::{CameraFacts, Gps, PictureKey};
use lambda::Error;
use photo_metadata::{Extractor, Metadata, Step};
use store::{AttributeUpdate, Media};

use crate::context::Context;

/// Reads the metadata of a picture from a few ranges of its original, and writes the metadata to
/// the picture's row. Idempotent.
///
/// Writes no GPS position for the picture of a guest, but whether its original certainly contains
/// none.
///
/// If the original is not a picture, writes empty metadata, because `thumbnail` validates the
/// format.
pub async fn handle(context: &Context, key: PictureKey) -> Result<(), Error> {
    let is_of_guest = match context.pictures.get(key).await? {
        None => return skip_deleted(),
        Some(picture) if picture.metadata.is_some() => {
            tracing::info!("metadata exists already");
            return Ok(());
        }
        Some(picture) => picture.guest.is_some(),
    };
    let (metadata, is_complete) = match extract(&context.media, key).await {
        Ok(extracted) => extracted,
        // The original is unreadable after the picture was deleted.
        Err(error) => match context.pictures.get(key).await? {
            None => return skip_deleted(),
            Some(_) => return Err(error),
        },
    };
    // Nobody asked the guest whether the owner of the album can know where they were.
    let update = match is_of_guest {
        true => {
            let is_without_position = is_complete && metadata.gps.is_none();
            update(&metadata)?.set_or_remove("isWithoutPosition", is_without_position.then_some(&true))?
        }
        false => update(&metadata)?.set_or_remove("gps", gps(&metadata).as_ref())?,
    };
    match context.pictures.update(key, update).await? {
        Some(_) => Ok(()),
        None => skip_deleted(),
    }
}

/// Extracts the metadata of an original. Also returns whether all metadata was read.
async fn extract(media: &Media, key: PictureKey) -> Result<(Metadata, bool), Error> {
    let mut extractor = Extractor::new();
    loop {
        match extractor.step() {
            Step::Need(range) => {
                let (bytes, total) = media.read_original_range(key, range).await?;
                extractor.feed(&bytes, total);
            }
            Step::Done(metadata) => {
                tracing::info!(bytes = extractor.bytes_read(), "extracted");
                return Ok((*metadata, extractor.is_complete()));
            }
        }
    }
}

/// Converts the metadata to an update of the picture's row. Omits [`Metadata::description`],
/// because the text in a file can be private. Owners write their own captions. Keeps the time if
/// the owner has set one. Omits the position.
fn update(metadata: &Metadata) -> Result<AttributeUpdate, Error> {
    AttributeUpdate::default()
        .set_or_remove("metadata", Some(&camera(metadata)))?
        .set_if_absent("takenAt", metadata.taken_at.as_ref())
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

/// Does nothing, because `thumbnail` and `cleanup` delete the objects of a deleted picture.
fn skip_deleted() -> Result<(), Error> {
    tracing::info!("the picture was deleted");
    Ok(())
}
