//! A friendship began or ended: one person's pictures enter or leave another person's feed.

use std::collections::BTreeSet;

use domain::PageRequest;
use domain::{Audience, FeedId, FeedRow, PictureId, UserId};
use lambda::Error;

use crate::rows::{self, verify};
use crate::{Records, Task};

/// A step of writing what `owner` shares with friends into the feed of `reader`, if they are friends now, newest first; and what
/// is left to do.
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
        // What ended it is an event of its own.
        return Ok(None);
    }
    let page = PageRequest { limit: R::PICTURES, after };
    let pictures = records.pictures_of(owner, page).await?;
    let shared = pictures.iter().filter(|picture| Audience::of(Some(picture)) >= Audience::Friends);
    let rows: Vec<_> = shared.map(|p| FeedRow { feed_id: FeedId::User(reader), key: p.key }).collect();
    records.write(&rows, &[]).await?;
    tracing::info!(%reader, %owner, written = rows.len(), "a friend's pictures entered a feed");
    let next = page.next(&pictures, |picture| picture.key.picture_id);
    Ok(next.map(|after| Task::Enter { reader, owner, after: Some(after) }))
}

/// A step of looking through the feed of `reader` at the pictures of `owners` (`None`: of everybody): what should not be there
/// leaves; and what is left to do.
///
/// The feed is gone through and not the owners' pictures: one that is deleted at the same moment is among the rows only. And each
/// row is looked at, also of those who are friends (again): whoever changed a picture in between did not find them.
///
/// # Errors
/// Those of the records.
pub async fn leave<R: Records>(
    records: &R,
    reader: UserId,
    owners: Option<BTreeSet<UserId>>,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    let page = PageRequest { limit: R::ROWS, after };
    let rows = records.rows(FeedId::User(reader), page).await?;
    let next = page.next(&rows, |row| row.key.picture_id);
    let theirs = |row: &FeedRow| owners.as_ref().is_none_or(|owners| owners.contains(&row.key.owner_id));
    verify(records, &rows::came(rows.into_iter().filter(theirs))).await?;
    Ok(next.map(|after| Task::Leave { reader, owners, after: Some(after) }))
}
