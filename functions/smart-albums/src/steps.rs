//! Applies a rule to the pictures of the owner of its album, newest first, in steps.
//!
//! The progress in the row of the album has the range of the current step. A step evaluates the
//! pictures of the range, and then writes the range of the next one. From then on, the events of
//! the pictures in that range are processed. The next step reads these pictures only after that, so
//! that no change is lost. A message names only the album: a message that arrives twice repeats the
//! range of the row. A step that has no time for its whole range leaves the rest to the next one.

use std::time::Instant;

use domain::{Album, AlbumId, PageRequest, PictureId, RuleProgress, RuleState};
use jiff::{SignedDuration, Timestamp};
use lambda::Error;
use serde::{Deserialize, Serialize};
use store::RuleChange;

use crate::Services;
use crate::reconcile::{MAX_EVALUATION_TIME, UnevaluatedPicture, read_smart_album, reconcile};

/// The maximum number of attempts while other writes change the album.
const MAX_ATTEMPTS: usize = 20;
/// The time after which a step that has not ended is requested again.
const MAX_STEP_AGE: SignedDuration = SignedDuration::from_mins(15);

/// A message of the topic *SmartAlbums*: the next step of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The album with the rule.
    pub album: AlbumId,
}

/// Identifies a step. The time tells the steps of a rule from those of an earlier one.
type StepId = (Timestamp, u32);

fn step_id(progress: &RuleProgress) -> StepId {
    (progress.since, progress.step)
}

/// Returns `true` if a rule has no step although it needs one: it is new, or a picture left a full
/// album.
fn is_due<S: Services>(album: &Album) -> bool {
    match &album.rule_progress {
        None => true,
        Some(progress) => progress.state == RuleState::Full && album.count < S::MAX_PICTURES,
    }
}

/// Returns `true` if the current step has not ended for a long time: its message is probably a dead
/// letter.
pub(crate) fn is_stalled(album: &Album) -> bool {
    let since = match &album.rule_progress {
        None => album.updated_at,
        Some(progress) if progress.state == RuleState::Running => {
            progress.step_since.unwrap_or(progress.since)
        }
        Some(_) => return false,
    };
    Timestamp::now().duration_since(since) >= MAX_STEP_AGE
}

/// Returns the step to run for a rule that has none or whose step is stalled. Writes the time of a
/// repeated request.
///
/// # Errors
/// Returns an error if a request fails.
pub async fn request_step<S: Services>(services: &S, album: AlbumId) -> Result<Option<Step>, Error> {
    let Some(row) = read_smart_album(services, album).await? else { return Ok(None) };
    if is_due::<S>(&row) {
        return Ok(Some(Step { album }));
    }
    match row.rule_progress.clone().filter(|_| is_stalled(&row)) {
        None => Ok(None),
        // The new time keeps further events from requesting the step again.
        Some(progress) => {
            let progress = RuleProgress { step_since: Some(Timestamp::now()), ..progress };
            let change = RuleChange { progress: Some(progress), ..RuleChange::default() };
            let is_applied = services.apply(&row, &change).await?;
            tracing::warn!(%album, is_applied, "a step of a rule stalled");
            Ok(is_applied.then_some(Step { album }))
        }
    }
}

/// A step that was applied to all or the first part of its range.
#[derive(Clone, Copy, Debug)]
struct AppliedStep {
    id: StepId,
    /// The end of the part. `None` for the whole range.
    end: Option<EarlyEnd>,
}

/// The end of a step that had no time for its whole range.
#[derive(Clone, Copy, Debug)]
struct EarlyEnd {
    /// The last evaluated picture.
    last: PictureId,
    /// The number of pictures in the rest of the range.
    rest: u32,
}

impl AppliedStep {
    /// Returns the progress with the range that was evaluated.
    fn shorten(&self, progress: &RuleProgress) -> RuleProgress {
        let Some(EarlyEnd { last, rest }) = self.end else { return progress.clone() };
        let until = Some(progress.until.map_or(last, |until| until.max(last)));
        RuleProgress { until, read: progress.read.saturating_sub(rest), ..progress.clone() }
    }
}

impl Step {
    /// Runs one step and returns the next step.
    ///
    /// # Errors
    /// Returns an error if a request fails, or if other writes prevent each attempt.
    pub async fn run<S: Services>(self, services: &S) -> Result<Option<Self>, Error> {
        let Some(album) = read_smart_album(services, self.album).await? else { return Ok(None) };
        let applied = match &album.rule_progress {
            None => {
                if remove_others(services, &album).await? {
                    return Ok(Some(self));
                }
                None
            }
            Some(progress) if progress.state == RuleState::Running => {
                let end = apply_to_range(services, &album, progress).await?;
                Some(AppliedStep { id: step_id(progress), end })
            }
            Some(_) => None,
        };
        self.advance(services, applied).await
    }

    /// Writes the progress after a step. Returns `None` after the last step, or if another message
    /// has begun the next step or the rule has changed.
    async fn advance<S: Services>(
        self,
        services: &S,
        applied: Option<AppliedStep>,
    ) -> Result<Option<Self>, Error> {
        for _ in 0..MAX_ATTEMPTS {
            let Some(album) = read_smart_album(services, self.album).await? else { return Ok(None) };
            let Some(progress) = next_progress(services, &album, applied).await? else { return Ok(None) };
            let is_running = progress.state == RuleState::Running;
            let change = RuleChange { progress: Some(progress), ..RuleChange::default() };
            if services.apply(&album, &change).await? {
                return Ok(is_running.then_some(self));
            }
        }
        Err(format!("the album changed in each of {MAX_ATTEMPTS} attempts").into())
    }
}

/// Removes pictures of other members, which remain from the time before the rule. Returns `false`
/// if there were none.
async fn remove_others<S: Services>(services: &S, album: &Album) -> Result<bool, Error> {
    let others = services.list_of_others(album.album_id, album.owner_id, S::PICTURES_PER_STEP).await?;
    let pictures = UnevaluatedPicture::read_all(services, &others).await?;
    reconcile(services, album.album_id, pictures, None, Instant::now()).await?;
    Ok(!others.is_empty())
}

/// Evaluates the pictures in the range of a step. New pictures can have moved some of them to
/// another page. Returns the end if the time is too short for all of them.
async fn apply_to_range<S: Services>(
    services: &S,
    album: &Album,
    progress: &RuleProgress,
) -> Result<Option<EarlyEnd>, Error> {
    let start = Instant::now();
    let mut page = PageRequest { limit: S::PICTURES_PER_STEP, after: progress.from };
    loop {
        let pictures = services.read_pictures_of(album.owner_id, page).await?;
        let ids: Vec<_> = pictures.iter().map(|picture| picture.key.picture_id).collect();
        let next = page.next(&pictures, |picture| picture.key.picture_id);
        let pictures = pictures.into_iter().map(UnevaluatedPicture::from).collect();
        let since = Some(progress.since);
        let unevaluated = reconcile(services, album.album_id, pictures, since, start).await?;
        if let Some(first) = unevaluated.iter().map(|key| key.picture_id).max() {
            let (evaluated, rest) = ids.split_at(ids.partition_point(|id| *id > first));
            let last = evaluated.last().copied().or(page.after).filter(|last| Some(*last) != progress.from);
            let last = last.ok_or("the rule was not evaluated in time for any picture of the step")?;
            let rest = rest.iter().filter(|id| progress.covers(**id)).count();
            return Ok(Some(EarlyEnd { last, rest: rest.try_into()? }));
        }
        page.after = next;
        match page.after {
            Some(last) if progress.until.is_none_or(|until| until < last) => {
                if start.elapsed() >= MAX_EVALUATION_TIME {
                    return Ok(Some(EarlyEnd { last, rest: 0 }));
                }
            }
            _ => return Ok(None),
        }
    }
}

/// Returns the new progress: with the range of the next step, or the final one. Returns `None` if
/// there is nothing to write.
async fn next_progress<S: Services>(
    services: &S,
    album: &Album,
    applied: Option<AppliedStep>,
) -> Result<Option<RuleProgress>, Error> {
    let current = match &album.rule_progress {
        // The change of the rule has an event of its own.
        None if applied.is_some() => return Ok(None),
        None => return begin_step(services, album, None).await.map(Some),
        Some(progress) => progress,
    };
    match current.state {
        RuleState::Full if is_due::<S>(album) => {
            return begin_step(services, album, Some(current)).await.map(Some);
        }
        RuleState::Full | RuleState::Complete => return Ok(None),
        RuleState::Running => {}
    }
    let Some(applied) = applied.filter(|applied| applied.id == step_id(current)) else { return Ok(None) };
    let current = applied.shorten(current);
    if current.until.is_none() {
        return Ok(Some(RuleProgress { state: RuleState::Complete, ..current }));
    }
    match is_full(services, album, &current).await? {
        true => Ok(Some(RuleProgress { state: RuleState::Full, ..current })),
        false => begin_step(services, album, Some(&current)).await.map(Some),
    }
}

/// Returns `true` if an album has the maximum number of pictures, and the ranges of the steps
/// contain the oldest one.
async fn is_full<S: Services>(services: &S, album: &Album, progress: &RuleProgress) -> Result<bool, Error> {
    if album.count < S::MAX_PICTURES {
        return Ok(false);
    }
    let oldest = services.list_oldest(album.album_id, album.owner_id, 1).await?;
    Ok(oldest.first().is_some_and(|key| progress.covers(key.picture_id)))
}

/// Returns the progress with the range of the step after `last`, or of the first step.
async fn begin_step<S: Services>(
    services: &S,
    album: &Album,
    last: Option<&RuleProgress>,
) -> Result<RuleProgress, Error> {
    let from = last.and_then(|last| last.until);
    let page = PageRequest { limit: S::PICTURES_PER_STEP, after: from };
    let pictures = services.read_pictures_of(album.owner_id, page).await?;
    let until = page.next(&pictures, |picture| picture.key.picture_id);
    let now = Timestamp::now();
    let first = || RuleProgress {
        state: RuleState::Running,
        since: now,
        step: 0,
        step_since: None,
        from: None,
        until: None,
        read: 0,
        error: None,
        skipped: None,
    };
    let last = last.cloned().unwrap_or_else(first);
    let read = last.read.saturating_add(u32::try_from(pictures.len())?);
    let (state, step, step_since) = (RuleState::Running, last.step + 1, Some(now));
    Ok(RuleProgress { state, step, step_since, from, until, read, ..last })
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

    #[test]
    fn a_step_that_ends_early_leaves_the_rest_of_its_range_to_the_next_one() {
        let id = |n| PictureId(Uuid::from_u128(n));
        let progress = |until| RuleProgress {
            state: RuleState::Running,
            since: Timestamp::UNIX_EPOCH,
            step: 1,
            step_since: None,
            from: None,
            until,
            read: 200,
            error: None,
            skipped: None,
        };
        let end = Some(EarlyEnd { last: id(5), rest: 40 });
        for (end, until, expected, read) in [
            (None, Some(id(1)), Some(id(1)), 200),
            (end, Some(id(1)), Some(id(5)), 160),
            (end, None, Some(id(5)), 160),
            // A newer match has removed the oldest pictures meanwhile.
            (end, Some(id(9)), Some(id(9)), 160),
        ] {
            let applied = AppliedStep { id: (Timestamp::UNIX_EPOCH, 1), end };
            let shortened = applied.shorten(&progress(until));
            assert_eq!((shortened.until, shortened.read), (expected, read), "{end:?} {until:?}");
        }
    }
}
