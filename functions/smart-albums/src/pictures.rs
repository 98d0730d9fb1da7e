//! Evaluates a changed picture for the smart albums of its owner.

use domain::PictureKey;
use lambda::Error;
use lambda::events::Failures;

use crate::Tables;
use crate::reconcile::{Subject, reconcile};

/// Adds a picture to those smart albums of its owner whose rule is true for it, and removes it from
/// the others.
///
/// # Errors
/// Returns an error if the update of an album failed, after the updates of the others.
pub async fn apply_rules(tables: &impl Tables, key: PictureKey) -> Result<(), Error> {
    let albums = tables.list_smart_albums(key.owner_id).await?;
    let mut failures = Failures::default();
    for album in albums {
        let subjects = Subject::read(tables, &[key]).await?;
        failures.record(album.album_id, reconcile(tables, album.album_id, subjects, None).await);
    }
    failures.into_result()
}
