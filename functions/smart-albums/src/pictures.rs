//! Evaluates a changed or removed picture for the smart albums of its owner.

use std::time::Instant;

use domain::PictureKey;
use lambda::Error;
use lambda::events::Failures;

use crate::reconcile::{UnevaluatedPicture, reconcile};
use crate::steps::{is_stopped, next_step_if_needed};
use crate::{Services, Step};

/// Adds a picture to those smart albums of its owner whose rule is true for it, and removes it from
/// the others. Returns the steps of rules that have stopped.
///
/// # Errors
/// Returns an error if the update of an album failed, after the updates of the others.
pub async fn apply_rules(services: &impl Services, key: PictureKey) -> Result<Vec<Step>, Error> {
    let albums = services.list_smart_albums(key.owner_id).await?;
    let mut failures = Failures::default();
    for album in &albums {
        let picture = UnevaluatedPicture::read(services, &[key]).await?;
        let outcome = reconcile(services, album.album_id, picture, None, Instant::now()).await;
        failures.record(album.album_id, outcome.and_then(require_evaluated));
    }
    failures.into_result()?;
    let mut steps = vec![];
    for album in albums.iter().filter(|album| is_stopped(album)) {
        steps.extend(next_step_if_needed(services, album.album_id).await?);
    }
    Ok(steps)
}

fn require_evaluated(unevaluated: Vec<PictureKey>) -> Result<(), Error> {
    match unevaluated.is_empty() {
        true => Ok(()),
        false => Err("the rule was not evaluated in time".into()),
    }
}
