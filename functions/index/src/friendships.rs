//! Updates the feed of one member after a friendship began or ended.

use std::collections::BTreeSet;

use domain::{Audience, FeedId, FeedRow, PageRequest, PictureId, Relation, UserId};
use lambda::Error;

use crate::rows::{as_added, verify};
use crate::{Tables, Task};

/// Writes a step of the pictures that `owner` shares with friends into the feed of `reader`, newest
/// first, if the two are friends. Returns the next step.
pub async fn add_rows<T: Tables>(
    tables: &T,
    reader: UserId,
    owner: UserId,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    if tables.find_friends(&BTreeSet::from([(reader, owner)])).await?.is_empty() {
        // The end of the friendship is an event of its own.
        return Ok(None);
    }
    let page = PageRequest { limit: T::FRIEND_PICTURES_PER_STEP, after };
    let pictures = tables.read_pictures_of(owner, page).await?;
    let shared = pictures.iter().filter(|picture| Audience::of(Some(picture)).includes(Relation::FRIEND));
    let rows: Vec<_> =
        shared.map(|picture| FeedRow { feed_id: FeedId::User(reader), key: picture.key }).collect();
    tables.write_rows(&rows, &[]).await?;
    tracing::info!(%reader, %owner, written = rows.len(), "added the pictures of a friend to a feed");
    let next = page.next(&pictures, |picture| picture.key.picture_id);
    Ok(next.map(|after| Task::AddFriend { reader, owner, after: Some(after) }))
}

/// Verifies a step of the rows in the feed of `reader` that are of `owners` (`None`: of everyone).
/// Returns the next step.
///
/// The function reads the feed, not the pictures of the owners: a picture that was just deleted is
/// only in the feed. It verifies the rows of friends as well: a picture that changed between two
/// friendships of the same members kept its row in this feed.
pub async fn verify_rows<T: Tables>(
    tables: &T,
    reader: UserId,
    owners: Option<BTreeSet<UserId>>,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    let page = PageRequest { limit: T::ROWS_PER_STEP, after };
    let rows = tables.read_rows(FeedId::User(reader), page).await?;
    let next = page.next(&rows, |row| row.key.picture_id);
    let is_selected = |row: &FeedRow| owners.as_ref().is_none_or(|owners| owners.contains(&row.key.owner_id));
    verify(tables, &as_added(rows.into_iter().filter(is_selected))).await?;
    Ok(next.map(|after| Task::VerifyFeed { reader, owners, after: Some(after) }))
}
