//! From an uploaded picture to what its camera wrote.

use domain::{CameraFacts, Gps, PictureKey};
use lambda::Error;
use photo_metadata::{Extractor, Facts, Step};
use store::{AttributeUpdate, Media};

use crate::context::Context;

/// Reads a picture's metadata from a few ranges of its original and writes them to its row: empty where there are none.
/// Whether the file is a picture at all is for `thumbnail` to say. Doing so twice is harmless.
///
/// # Errors
/// The infrastructure's: to be tried again.
pub async fn handle(context: &Context, key: PictureKey) -> Result<(), Error> {
    match context.pictures.get(key).await? {
        None => return gone(),
        Some(picture) if picture.metadata.is_some() => {
            tracing::info!("read before");
            return Ok(());
        }
        Some(_) => {}
    }
    let facts = match read(&context.media, key).await {
        Ok(facts) => facts,
        // An original that cannot be read because its picture was deleted is no error.
        Err(error) => match context.pictures.get(key).await? {
            None => return gone(),
            Some(_) => return Err(error),
        },
    };
    match context.pictures.update(key, change(&facts)?).await? {
        Some(_) => Ok(()),
        None => gone(),
    }
}

async fn read(media: &Media, key: PictureKey) -> Result<Facts, Error> {
    let mut extractor = Extractor::new();
    loop {
        match extractor.step() {
            Step::Need(range) => {
                let (bytes, total) = media.read_original_range(key, range).await?;
                extractor.feed(&bytes, total);
            }
            Step::Done(facts) => {
                tracing::info!(bytes = extractor.bytes_read(), "read");
                return Ok(*facts);
            }
        }
    }
}

/// Not what people wrote into the file ([`Facts::words`]): its owner may not mean to show it, and has a caption to say so.
fn change(facts: &Facts) -> Result<AttributeUpdate, Error> {
    AttributeUpdate::default()
        .set_or_remove("metadata", Some(&camera(facts)))?
        .set_or_remove("takenAt", facts.taken_at.as_ref())?
        .set_or_remove("gps", gps(facts).as_ref())
}

/// As the Pictures row has it.
fn camera(facts: &Facts) -> CameraFacts {
    let photo_metadata::CameraFacts { camera, lens, exposure, aperture, iso, focal_length } =
        facts.camera.clone();
    CameraFacts { camera, lens, exposure, aperture, iso, focal_length }
}

fn gps(facts: &Facts) -> Option<Gps> {
    let photo_metadata::Gps { latitude, longitude, altitude } = facts.gps?;
    Some(Gps { latitude, longitude, altitude })
}

/// `thumbnail` and `cleanup` see to the objects of a picture that was deleted.
fn gone() -> Result<(), Error> {
    tracing::info!("the picture was deleted; nothing to do");
    Ok(())
}
