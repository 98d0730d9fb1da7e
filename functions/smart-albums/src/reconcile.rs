//! Adds and removes given pictures of a smart album by its rule.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use domain::{Album, AlbumId, Picture, PictureKey};
use jiff::Timestamp;
use lambda::Error;
use store::RuleChange;

use crate::Services;
use crate::plan::{EvaluatedPicture, RuleResult, excess, plan, remove_oldest};

/// The maximum number of passes. Each pass repeats the changes that other writes prevented in the
/// last one.
const MAX_PASSES: usize = 20;
/// The time after which no further pass or page begins. One takes about as long, and the function
/// has 60 seconds.
pub(crate) const MAX_EVALUATION_TIME: Duration = Duration::from_secs(25);

/// A picture to evaluate, as it was read.
#[derive(Clone, Debug)]
pub struct UnevaluatedPicture {
    key: PictureKey,
    /// `None` if the picture does not exist.
    picture: Option<Picture>,
}

impl From<Picture> for UnevaluatedPicture {
    fn from(picture: Picture) -> Self {
        Self { key: picture.key, picture: Some(picture) }
    }
}

impl UnevaluatedPicture {
    /// Reads pictures. Keys must be distinct.
    pub(crate) async fn read_all(services: &impl Services, keys: &[PictureKey]) -> Result<Vec<Self>, Error> {
        let mut found = services.read_pictures(keys).await?;
        let unevaluated = |key: &PictureKey| {
            let index = found.iter().position(|picture| picture.key == *key);
            Self { key: *key, picture: index.map(|index| found.swap_remove(index)) }
        };
        Ok(keys.iter().map(unevaluated).collect())
    }

    /// Returns the picture if the rule of the album can select it.
    fn selectable(&self, album: &Album) -> Option<&Picture> {
        self.picture.as_ref().filter(|picture| self.key.owner_id == album.owner_id && picture.is_selectable())
    }
}

/// Adds and removes pictures. Does nothing for an album without a rule. `added_at` is the time of
/// added pictures in the album, by default the present. Returns the pictures that were not
/// evaluated before the time limit, which begins at `start`.
///
/// # Errors
/// Returns an error if a request fails, or if other writes prevent each pass.
pub(crate) async fn reconcile<S: Services>(
    services: &S,
    album: AlbumId,
    mut pictures: Vec<UnevaluatedPicture>,
    added_at: Option<Timestamp>,
    start: Instant,
) -> Result<Vec<PictureKey>, Error> {
    let mut unevaluated = vec![];
    for _ in 0..MAX_PASSES {
        let pass = Box::pin(run_pass(services, album, pictures, added_at)).await?;
        unevaluated.extend(pass.unevaluated);
        if start.elapsed() >= MAX_EVALUATION_TIME {
            unevaluated.extend(pass.changed);
            return Ok(unevaluated);
        }
        if pass.changed.is_empty() {
            return Ok(unevaluated);
        }
        pictures = UnevaluatedPicture::read_all(services, &pass.changed).await?;
    }
    Err(format!("the album or its pictures changed in each of {MAX_PASSES} passes").into())
}

/// Reads an album if it has a rule.
pub(crate) async fn read_smart_album(
    services: &impl Services,
    album: AlbumId,
) -> Result<Option<Album>, Error> {
    Ok(services.read_album(album).await?.filter(|album| album.rule.is_some()))
}

/// The pictures that a pass did not complete.
#[derive(Debug, Default)]
struct Pass {
    /// The pictures to evaluate again, because the album or one of them changed.
    changed: Vec<PictureKey>,
    /// The pictures that were not evaluated in time.
    unevaluated: Vec<PictureKey>,
}

/// Evaluates pictures and writes the changes.
async fn run_pass<S: Services>(
    services: &S,
    album: AlbumId,
    pictures: Vec<UnevaluatedPicture>,
    added_at: Option<Timestamp>,
) -> Result<Pass, Error> {
    let Some(album) = read_smart_album(services, album).await? else { return Ok(Pass::default()) };
    let keys: Vec<_> = pictures.iter().map(|picture| picture.key).collect();
    let contained = services.filter_contained(album.album_id, &keys).await?;
    let (mut evaluated, unevaluated) = evaluate(services, &album, pictures, &contained).await?;
    // Pictures without a change take no place in a transaction.
    evaluated.retain(|picture| {
        !is_unchanged(&album, &plan(&album, std::slice::from_ref(picture), &contained, added_at))
    });
    let mut changed = vec![];
    for chunk in evaluated.chunks(S::PICTURES_PER_CHANGE) {
        changed.extend(write_change(services, &album, chunk, &contained, added_at).await?);
    }
    Ok(Pass { changed, unevaluated })
}

/// Returns `true` if the rule can change the entry or the progress for a picture.
fn concerns(album: &Album, contained: &BTreeSet<PictureKey>, key: PictureKey) -> bool {
    let id = key.picture_id;
    contained.contains(&key)
        || album.rule_progress.as_ref().is_some_and(|progress| {
            let has_error = progress.error.as_ref().is_some_and(|error| error.picture_id == id);
            progress.covers(id) || has_error || progress.skipped == Some(id)
        })
}

/// Evaluates the rule for those pictures that it concerns. Also returns the keys of the pictures
/// that were not evaluated in time.
async fn evaluate(
    services: &impl Services,
    album: &Album,
    mut pictures: Vec<UnevaluatedPicture>,
    contained: &BTreeSet<PictureKey>,
) -> Result<(Vec<EvaluatedPicture>, Vec<PictureKey>), Error> {
    pictures.retain(|picture| concerns(album, contained, picture.key));
    let fields: Vec<_> =
        pictures.iter().filter_map(|picture| picture.selectable(album)).map(Into::into).collect();
    let rule = album.rule.as_deref().unwrap_or_default();
    let outcome = if fields.is_empty() { None } else { Some(services.evaluate(rule, fields).await?) };
    let (matches, mut error, count) =
        outcome.map_or((vec![], None, 0), |outcome| (outcome.matches, outcome.error, outcome.evaluated));
    let mut matches = matches.into_iter().take(count);
    let (mut evaluated, mut unevaluated) = (vec![], vec![]);
    for picture in pictures {
        let result = match picture.selectable(album) {
            None => Some(RuleResult::NoMatch),
            Some(_) => match matches.next() {
                Some(Some(true)) => Some(RuleResult::Matches),
                Some(Some(false)) => Some(RuleResult::NoMatch),
                // The outcome has only the error of the first picture that fails.
                Some(None) => Some(RuleResult::Fails(error.take())),
                None => None,
            },
        };
        let UnevaluatedPicture { key, picture } = picture;
        match result {
            Some(result) => evaluated.push(EvaluatedPicture { key, picture, result }),
            None => unevaluated.push(key),
        }
    }
    Ok((evaluated, unevaluated))
}

/// Returns `true` if a change writes nothing.
fn is_unchanged(album: &Album, change: &RuleChange) -> bool {
    let RuleChange { added, removed, displaced, progress, .. } = change;
    added.is_empty() && removed.is_empty() && displaced.is_empty() && *progress == album.rule_progress
}

/// Writes the change of some pictures. Returns the pictures to evaluate again, because the album or
/// one of them changed. Does nothing if the rule has changed: the new one begins with its own first
/// step.
async fn write_change<S: Services>(
    services: &S,
    evaluated: &Album,
    pictures: &[EvaluatedPicture],
    contained: &BTreeSet<PictureKey>,
    added_at: Option<Timestamp>,
) -> Result<Vec<PictureKey>, Error> {
    let Some(album) = read_smart_album(services, evaluated.album_id).await? else { return Ok(vec![]) };
    if album.rule != evaluated.rule {
        return Ok(vec![]);
    }
    let mut change = plan(&album, pictures, contained, added_at);
    let excess = excess(&change, &album, S::MAX_PICTURES);
    if excess > 0 {
        let limit = excess + change.removed.len() + 1;
        let oldest = services.list_oldest(album.album_id, album.owner_id, limit).await?;
        remove_oldest(&mut change, excess, oldest);
    }
    if is_unchanged(&album, &change) {
        return Ok(vec![]);
    }
    let is_applied = services.apply(&album, &change).await?;
    tracing::info!(
        album = %album.album_id, is_applied, added = change.added.len(), removed = change.removed.len(),
        displaced = change.displaced.len(), "changed a smart album"
    );
    let repeated = pictures.iter().filter(|_| !is_applied);
    Ok(repeated.map(|picture| picture.key).collect())
}
