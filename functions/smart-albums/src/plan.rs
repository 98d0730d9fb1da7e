//! Plans the change of a smart album.

use std::collections::BTreeSet;

use domain::{Album, MAX_ALBUMS_OF_PICTURE, Picture, PictureKey, RuleFailure, RuleProgress, RuleState};
use jiff::Timestamp;
use rule_language::RuleError;
use store::RuleChange;

/// The result of a rule for a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RuleResult {
    /// The rule is true.
    Matches,
    /// The rule is false, or cannot select the picture.
    NoMatch,
    /// The rule has an error, which counts as false. Only the first picture of an evaluation has
    /// the error itself.
    Fails(Option<RuleError>),
}

/// A picture with the result of the rule.
#[derive(Clone, Debug)]
pub(crate) struct EvaluatedPicture {
    pub key: PictureKey,
    /// `None` if the picture does not exist.
    pub picture: Option<Picture>,
    pub result: RuleResult,
}

/// Plans which pictures a rule adds to its album and removes, regardless of the maximum number of
/// pictures.
pub(crate) fn plan(
    album: &Album,
    pictures: &[EvaluatedPicture],
    contained: &BTreeSet<PictureKey>,
    added_at: Option<Timestamp>,
) -> RuleChange {
    let progress = album.rule_progress.clone();
    let mut change = RuleChange { added_at, progress, ..RuleChange::default() };
    for EvaluatedPicture { key, picture, result } in pictures {
        let is_contained = contained.contains(key);
        let is_wanted = *result == RuleResult::Matches;
        if is_contained && !is_wanted {
            change.removed.push((*key, picture.clone()));
        }
        let Some(progress) = &mut change.progress else { continue };
        let missing =
            picture.as_ref().filter(|_| is_wanted && !is_contained && progress.covers(key.picture_id));
        let is_skipped = missing.is_some_and(|picture| picture.albums >= MAX_ALBUMS_OF_PICTURE);
        record_problem(progress, *key, result, is_skipped);
        change.added.extend(missing.filter(|_| !is_skipped).cloned());
    }
    change
}

/// Records a failed or skipped picture, unless another one is recorded. Clears the record of this
/// picture if it no longer applies.
fn record_problem(progress: &mut RuleProgress, key: PictureKey, result: &RuleResult, is_skipped: bool) {
    let id = key.picture_id;
    let failure = match result {
        // The record of an earlier evaluation remains.
        RuleResult::Fails(None) => progress.error.clone().filter(|error| error.picture_id == id),
        RuleResult::Fails(Some(RuleError { line, column, message })) => {
            Some(RuleFailure { picture_id: id, line: *line, column: *column, message: message.clone() })
        }
        _ => None,
    };
    if progress.error.as_ref().is_none_or(|error| error.picture_id == id) {
        progress.error = failure;
    }
    if progress.skipped.is_none_or(|skipped| skipped == id) {
        progress.skipped = is_skipped.then_some(id);
    }
}

/// Returns the number of pictures that a change adds beyond the maximum number of an album.
pub(crate) fn excess(change: &RuleChange, album: &Album, max: u32) -> usize {
    let remaining = (album.count as usize).saturating_sub(change.removed.len());
    (remaining + change.added.len()).saturating_sub(max as usize).min(change.added.len())
}

/// Removes the `excess` oldest pictures: omits added ones and displaces contained ones. `oldest`
/// are the oldest pictures of the owner in the album. The progress then ends at the oldest
/// remaining picture, if it covers that one.
pub(crate) fn remove_oldest(change: &mut RuleChange, excess: usize, oldest: Vec<PictureKey>) {
    let is_removed = |key: &PictureKey| change.removed.iter().any(|(removed, _)| removed == key);
    let kept = oldest.into_iter().filter(|key| !is_removed(key));
    let mut all: Vec<_> = kept.chain(change.added.iter().map(|picture| picture.key)).collect();
    all.sort_unstable_by_key(|key| key.picture_id);
    let rest = all.split_off(excess.min(all.len()));
    for key in all {
        match change.added.iter().position(|picture| picture.key == key) {
            Some(index) => _ = change.added.remove(index),
            None => change.displaced.push(key),
        }
    }
    if let (Some(progress), Some(first)) = (&mut change.progress, rest.first())
        && progress.covers(first.picture_id)
    {
        progress.until = Some(first.picture_id);
        // A running step continues, because it can have newer pictures to add.
        if progress.state == RuleState::Complete {
            progress.state = RuleState::Full;
        }
    }
}
