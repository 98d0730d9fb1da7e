//! A friendship began or ended: one person's pictures enter or leave another person's feed.

use std::collections::BTreeSet;

use shared::Error;
use shared::api::PageRequest;
use shared::model::{Audience, FeedId, FeedRow, PictureId, UserId};

use crate::{Records, Task};

/// Makes the feed of `reader` what it must be now as to the pictures of `owners`, as far as one step goes. Whose pictures belong
/// there is asked of the record, whatever the event said.
///
/// # Errors
/// Those of the records.
pub async fn reconcile(
    records: &impl Records,
    reader: UserId,
    owners: BTreeSet<UserId>,
) -> Result<Vec<Task>, Error> {
    let pairs = owners.iter().map(|owner| (reader, *owner)).collect();
    let friends: BTreeSet<_> = records.among(&pairs).await?.into_iter().map(|(_, owner)| owner).collect();
    let strangers: BTreeSet<_> = owners.difference(&friends).copied().collect();
    let mut rest = Vec::new();
    for owner in friends {
        rest.extend(enter(records, reader, owner, None).await?);
    }
    if !strangers.is_empty() {
        rest.extend(leave(records, reader, strangers, None).await?);
    }
    Ok(rest)
}

/// A step of writing what `owner` shares with friends into the feed of `reader`, if they are friends, newest first.
///
/// # Errors
/// Those of the records.
pub async fn enter<R: Records>(
    records: &R,
    reader: UserId,
    owner: UserId,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    if records.among(&BTreeSet::from([(reader, owner)])).await?.is_empty() {
        // What ended it is an event of its own, and takes away what is there.
        return Ok(None);
    }
    let pictures = records.pictures_of(owner, PageRequest { limit: R::PICTURES, after }).await?;
    let shared = pictures.iter().filter(|picture| Audience::of(Some(picture)) >= Audience::Friends);
    let rows: Vec<_> = shared.map(|p| FeedRow { feed_id: FeedId::User(reader), key: p.key }).collect();
    records.write(&rows, &[]).await?;
    tracing::info!(%reader, %owner, written = rows.len(), "a friend's pictures entered a feed");
    let last =
        pictures.last().filter(|_| pictures.len() == R::PICTURES).map(|picture| picture.key.picture_id);
    Ok(last.map(|after| Task::Enter { reader, owner, after: Some(after) }))
}

/// A step of taking the pictures of `owners` out of the feed of `reader`, except of those who are friends (again).
///
/// The feed is gone through, not the owners' pictures: a picture that was deleted at the same moment is among the rows only.
///
/// # Errors
/// Those of the records.
pub async fn leave<R: Records>(
    records: &R,
    reader: UserId,
    owners: BTreeSet<UserId>,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    let rows = records.rows(FeedId::User(reader), PageRequest { limit: R::ROWS, after }).await?;
    let theirs: Vec<_> = rows.iter().filter(|row| owners.contains(&row.key.owner_id)).copied().collect();
    if !theirs.is_empty() {
        let pairs = owners.iter().map(|owner| (reader, *owner)).collect();
        let friends = records.among(&pairs).await?;
        let unwanted: Vec<_> =
            theirs.into_iter().filter(|row| !friends.contains(&(reader, row.key.owner_id))).collect();
        records.write(&[], &unwanted).await?;
        tracing::info!(%reader, deleted = unwanted.len(), "pictures left a feed");
    }
    let last = rows.last().filter(|_| rows.len() == R::ROWS).map(|row| row.key.picture_id);
    Ok(last.map(|after| Task::Leave { reader, owners, after: Some(after) }))
}
