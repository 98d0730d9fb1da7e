//! Applies a rule to the pictures of the owner of its album, newest first, in steps.
//!
//! The progress in the row of the album has the range of the current step. A step evaluates the
//! pictures of the range, and then begins the next one. From then on, the events of these pictures
//! count, and the step reads them afterwards, so that no change is lost. A message names only the
//! album: a message that arrives twice repeats the range of the row.

use domain::{Album, AlbumId, PageRequest, RuleProgress, RuleState};
use jiff::Timestamp;
use lambda::Error;
use serde::{Deserialize, Serialize};
use store::RuleChange;

use crate::Tables;
use crate::reconcile::{Subject, read_smart_album, reconcile};

/// The maximum number of attempts while other writes change the album.
const MAX_ATTEMPTS: usize = 20;

/// A message of the topic *SmartAlbums*: the next step of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The album.
    pub album: AlbumId,
}

/// Identifies a step. The time tells the steps of a rule from those of an earlier one.
type StepId = (Timestamp, u32);

fn step_id(progress: &RuleProgress) -> StepId {
    (progress.since, progress.step)
}

/// Returns `true` if a rule has no step although it needs one: it is new, or a picture left a full
/// album.
fn is_due<T: Tables>(album: &Album) -> bool {
    match &album.rule_progress {
        None => true,
        Some(progress) => progress.state == RuleState::Full && album.count < T::MAX_PICTURES,
    }
}

/// Returns the first step of a rule that has none although it needs one.
///
/// # Errors
/// Returns an error if a request fails.
pub async fn find_due<T: Tables>(tables: &T, album: AlbumId) -> Result<Option<Step>, Error> {
    let row = read_smart_album(tables, album).await?;
    Ok(row.filter(is_due::<T>).map(|_| Step { album }))
}

impl Step {
    /// Runs one step and returns the next step.
    ///
    /// # Errors
    /// Returns an error if a request fails, or if other writes prevent each attempt.
    pub async fn run<T: Tables>(self, tables: &T) -> Result<Option<Self>, Error> {
        let Some(album) = read_smart_album(tables, self.album).await? else { return Ok(None) };
        let applied = match &album.rule_progress {
            None => {
                if remove_others(tables, &album).await? {
                    return Ok(Some(self));
                }
                None
            }
            Some(progress) if progress.state == RuleState::Running => {
                apply(tables, &album, progress).await?;
                Some(step_id(progress))
            }
            Some(_) => None,
        };
        self.advance(tables, applied).await
    }

    /// Begins the next step, or records the end. `applied` is the step that was applied. Returns
    /// `None` if another message has begun the next step, or if the rule has changed.
    async fn advance<T: Tables>(self, tables: &T, applied: Option<StepId>) -> Result<Option<Self>, Error> {
        for _ in 0..MAX_ATTEMPTS {
            let Some(album) = read_smart_album(tables, self.album).await? else { return Ok(None) };
            let Some(progress) = next_progress(tables, &album, applied).await? else { return Ok(None) };
            let is_running = progress.state == RuleState::Running;
            let change = RuleChange { progress: Some(progress), ..RuleChange::default() };
            if tables.apply(&album, &change).await? {
                return Ok(is_running.then_some(self));
            }
        }
        Err(format!("the album changed in each of {MAX_ATTEMPTS} attempts").into())
    }
}

/// Removes pictures of other members, which remain from the time before the rule. Returns `false`
/// if there were none.
async fn remove_others<T: Tables>(tables: &T, album: &Album) -> Result<bool, Error> {
    let others = tables.list_of_others(album.album_id, album.owner_id, T::PICTURES_PER_STEP).await?;
    let subjects = Subject::read(tables, &others).await?;
    reconcile(tables, album.album_id, subjects, None).await?;
    Ok(!others.is_empty())
}

/// Evaluates the pictures in the range of a step. New pictures can have moved some of them to
/// another page.
async fn apply<T: Tables>(tables: &T, album: &Album, progress: &RuleProgress) -> Result<(), Error> {
    let mut page = PageRequest { limit: T::PICTURES_PER_STEP, after: progress.from };
    loop {
        let pictures = tables.read_pictures_of(album.owner_id, page).await?;
        page.after = page.next(&pictures, |picture| picture.key.picture_id);
        let subjects = pictures.into_iter().map(Subject::from).collect();
        reconcile(tables, album.album_id, subjects, Some(progress.since)).await?;
        if page.after.is_none_or(|last| progress.until.is_some_and(|until| last <= until)) {
            return Ok(());
        }
    }
}

/// Returns the progress with the range of the next step, or the final one. Returns `None` if no
/// step follows.
async fn next_progress<T: Tables>(
    tables: &T,
    album: &Album,
    applied: Option<StepId>,
) -> Result<Option<RuleProgress>, Error> {
    let current = match &album.rule_progress {
        // The change of the rule has an event of its own.
        None if applied.is_some() => return Ok(None),
        None => return begin_step(tables, album, None).await.map(Some),
        Some(progress) => progress,
    };
    match current.state {
        RuleState::Complete => Ok(None),
        RuleState::Full if is_due::<T>(album) => begin_step(tables, album, Some(current)).await.map(Some),
        RuleState::Full => Ok(None),
        RuleState::Running if applied != Some(step_id(current)) => Ok(None),
        RuleState::Running if current.until.is_none() => {
            Ok(Some(RuleProgress { state: RuleState::Complete, ..current.clone() }))
        }
        RuleState::Running if is_full(tables, album, current).await? => {
            Ok(Some(RuleProgress { state: RuleState::Full, ..current.clone() }))
        }
        RuleState::Running => begin_step(tables, album, Some(current)).await.map(Some),
    }
}

/// Returns `true` if an album has the maximum number of pictures, and none is older than those that
/// steps have reached.
async fn is_full<T: Tables>(tables: &T, album: &Album, progress: &RuleProgress) -> Result<bool, Error> {
    if album.count < T::MAX_PICTURES {
        return Ok(false);
    }
    let oldest = tables.list_oldest(album.album_id, album.owner_id, 1).await?;
    Ok(oldest.first().is_some_and(|key| progress.covers(key.picture_id)))
}

/// Returns the progress with the range of the step after `last`, or of the first step.
async fn begin_step<T: Tables>(
    tables: &T,
    album: &Album,
    last: Option<&RuleProgress>,
) -> Result<RuleProgress, Error> {
    let from = last.and_then(|last| last.until);
    let page = PageRequest { limit: T::PICTURES_PER_STEP, after: from };
    let pictures = tables.read_pictures_of(album.owner_id, page).await?;
    let until = page.next(&pictures, |picture| picture.key.picture_id);
    let first = || RuleProgress {
        state: RuleState::Running,
        since: Timestamp::now(),
        step: 0,
        from: None,
        until: None,
        read: 0,
        error: None,
        skipped: None,
    };
    let last = last.cloned().unwrap_or_else(first);
    let read = last.read.saturating_add(u32::try_from(pictures.len())?);
    Ok(RuleProgress { state: RuleState::Running, step: last.step + 1, from, until, read, ..last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn a_step_has_a_fixed_message_format() {
        let step = Step { album: AlbumId(Uuid::from_u128(1)) };
        let message = json!({ "album": step.album });
        assert_eq!(serde_json::to_value(step).unwrap(), message);
        assert_eq!(serde_json::from_value::<Step>(message).unwrap(), step);
    }
}
