//! Makes a smart album contain those of some pictures for which its rule is true.

use std::collections::BTreeSet;

use domain::{Album, AlbumId, Picture, PictureKey};
use jiff::Timestamp;
use lambda::Error;
use store::RuleChange;

use crate::Tables;
use crate::plan::{Candidate, Verdict, excess, make_room, plan};

/// The maximum number of passes. Another pass evaluates the pictures of a change again that other
/// writes prevented.
const MAX_PASSES: usize = 20;

/// A picture to evaluate, as it was read. `None` for one that does not exist.
#[derive(Clone, Debug)]
pub struct Subject {
    key: PictureKey,
    picture: Option<Picture>,
}

impl From<Picture> for Subject {
    fn from(picture: Picture) -> Self {
        Self { key: picture.key, picture: Some(picture) }
    }
}

impl Subject {
    /// Reads pictures. Keys must be distinct.
    pub(crate) async fn read(tables: &impl Tables, keys: &[PictureKey]) -> Result<Vec<Self>, Error> {
        let mut found = tables.read_pictures(keys).await?;
        let subject = |key: &PictureKey| {
            let index = found.iter().position(|picture| picture.key == *key);
            Self { key: *key, picture: index.map(|index| found.swap_remove(index)) }
        };
        Ok(keys.iter().map(subject).collect())
    }

    /// Returns the picture if the rule of the album can select it.
    fn selectable(&self, album: &Album) -> Option<&Picture> {
        self.picture.as_ref().filter(|picture| self.key.owner_id == album.owner_id && picture.is_selectable())
    }
}

/// Adds and removes pictures. Does nothing for an album without a rule. `added_at` is the time of
/// added pictures in the album, by default the present.
///
/// # Errors
/// Returns an error if a request fails, or if other writes prevent each pass.
pub(crate) async fn reconcile<T: Tables>(
    tables: &T,
    album: AlbumId,
    mut subjects: Vec<Subject>,
    added_at: Option<Timestamp>,
) -> Result<(), Error> {
    for _ in 0..MAX_PASSES {
        let repeated = Box::pin(run_pass(tables, album, subjects, added_at)).await?;
        if repeated.is_empty() {
            return Ok(());
        }
        subjects = Subject::read(tables, &repeated).await?;
    }
    Err(format!("the album or its pictures changed in each of {MAX_PASSES} passes").into())
}

/// Reads an album if it has a rule.
pub(crate) async fn read_smart_album(tables: &impl Tables, album: AlbumId) -> Result<Option<Album>, Error> {
    Ok(tables.read_album(album).await?.filter(|album| album.rule.is_some()))
}

/// Evaluates pictures and writes the changes. Returns the pictures to evaluate again.
async fn run_pass<T: Tables>(
    tables: &T,
    album: AlbumId,
    subjects: Vec<Subject>,
    added_at: Option<Timestamp>,
) -> Result<Vec<PictureKey>, Error> {
    let Some(album) = read_smart_album(tables, album).await? else { return Ok(vec![]) };
    let keys: Vec<_> = subjects.iter().map(|subject| subject.key).collect();
    let contained = tables.filter_contained(album.album_id, &keys).await?;
    let mut candidates = evaluate(tables, &album, subjects, &contained).await?;
    candidates.retain(|candidate| {
        !is_unchanged(&album, &plan(&album, std::slice::from_ref(candidate), &contained, added_at))
    });
    let mut repeated = vec![];
    for chunk in candidates.chunks(T::PICTURES_PER_CHANGE) {
        repeated.extend(change(tables, &album, chunk, &contained, added_at).await?);
    }
    Ok(repeated)
}

/// Evaluates the rule for those pictures that the album contains or should contain.
async fn evaluate(
    tables: &impl Tables,
    album: &Album,
    subjects: Vec<Subject>,
    contained: &BTreeSet<PictureKey>,
) -> Result<Vec<Candidate>, Error> {
    let covers = |key: &PictureKey| {
        album.rule_progress.as_ref().is_some_and(|progress| progress.covers(key.picture_id))
    };
    let mut candidates = vec![];
    let mut fields = vec![];
    for subject in subjects {
        if !contained.contains(&subject.key) && !covers(&subject.key) {
            continue;
        }
        let selectable = subject.selectable(album);
        fields.extend(selectable.map(Into::into));
        candidates.push((selectable.is_some(), subject));
    }
    let rule = album.rule.as_deref().unwrap_or_default();
    let outcome = if fields.is_empty() { None } else { Some(tables.evaluate(rule, fields).await?) };
    let (matches, error) = outcome.map_or((vec![], None), |outcome| (outcome.matches, outcome.error));
    let mut matches = matches.into_iter();
    let verdict = |(is_selectable, Subject { key, picture }): (bool, Subject)| {
        let verdict = match is_selectable.then(|| matches.next().flatten()) {
            Some(Some(true)) => Verdict::Matches,
            // The outcome has the error of the first picture without a result.
            Some(None) => error.clone().map_or(Verdict::Differs, Verdict::Fails),
            _ => Verdict::Differs,
        };
        Candidate { key, picture, verdict }
    };
    Ok(candidates.into_iter().map(verdict).collect())
}

/// Returns `true` if a change writes nothing.
fn is_unchanged(album: &Album, change: &RuleChange) -> bool {
    let RuleChange { added, removed, displaced, progress, .. } = change;
    added.is_empty() && removed.is_empty() && displaced.is_empty() && *progress == album.rule_progress
}

/// Writes the change of some pictures. Returns the pictures to evaluate again, because the album or
/// one of them changed. Does nothing if the rule has changed: the new one begins with its own first
/// step.
async fn change<T: Tables>(
    tables: &T,
    evaluated: &Album,
    candidates: &[Candidate],
    contained: &BTreeSet<PictureKey>,
    added_at: Option<Timestamp>,
) -> Result<Vec<PictureKey>, Error> {
    let Some(album) = read_smart_album(tables, evaluated.album_id).await? else { return Ok(vec![]) };
    if album.rule != evaluated.rule {
        return Ok(vec![]);
    }
    let mut change = plan(&album, candidates, contained, added_at);
    let excess = excess(&change, &album, T::MAX_PICTURES);
    if excess > 0 {
        let limit = excess + change.removed.len() + 1;
        let oldest = tables.list_oldest(album.album_id, album.owner_id, limit).await?;
        make_room(&mut change, excess, oldest);
    }
    if is_unchanged(&album, &change) {
        return Ok(vec![]);
    }
    let is_applied = tables.apply(&album, &change).await?;
    tracing::info!(
        album = %album.album_id, is_applied, added = change.added.len(), removed = change.removed.len(),
        displaced = change.displaced.len(), "changed a smart album"
    );
    let repeated = candidates.iter().filter(|_| !is_applied);
    Ok(repeated.map(|candidate| candidate.key).collect())
}
