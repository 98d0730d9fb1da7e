//! Evaluates a changed or removed picture for the smart albums of its owner.

use std::time::Instant;

use domain::{AlbumId, PictureKey};
use lambda::Error;
use lambda::events::Failures;

use crate::reconcile::{MAX_EVALUATION_TIME, UnevaluatedPicture, reconcile};
use crate::steps::{is_stalled, request_step};
use crate::{Services, Step};

/// Adds a picture to those smart albums of its owner whose rule is true for it, and removes it from
/// the others. Adds the stalled steps to repeat.
///
/// # Errors
/// Returns an error if the update of an album failed, after the updates of the others, or if the
/// time is too short for all albums.
pub async fn apply_rules(
    services: &impl Services,
    key: PictureKey,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    let albums = services.list_smart_albums(key.owner_id).await?;
    let mut failures = Failures::default();
    // First, so that a failing album does not keep the others stalled.
    for album in albums.iter().filter(|album| is_stalled(album)) {
        let step = request_step(services, album.album_id).await;
        steps.extend(failures.record(album.album_id, step).flatten());
    }
    let start = Instant::now();
    for album in &albums {
        failures.record(album.album_id, apply_rule(services, album.album_id, key, start).await);
    }
    failures.into_result()
}

async fn apply_rule(
    services: &impl Services,
    album: AlbumId,
    key: PictureKey,
    start: Instant,
) -> Result<(), Error> {
    let is_evaluated = start.elapsed() < MAX_EVALUATION_TIME && {
        let picture = UnevaluatedPicture::read_all(services, &[key]).await?;
        reconcile(services, album, picture, None, start).await?.is_empty()
    };
    if is_evaluated { Ok(()) } else { Err("the rule was not evaluated in time".into()) }
}
