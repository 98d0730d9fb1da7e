//! Updates the feed of one reader after a friendship began or ended.

use std::collections::BTreeSet;

use domain::{Audience, FeedId, FeedRow, PageRequest, PictureId, Relation, UserId};
use lambda::Error;

use crate::rows::verify_page;
use crate::{Tables, Task};

/// Adds a page of the pictures that `owner` shares with friends to the feed of `reader`, newest
/// first. Does nothing if the two are not friends. Returns the next step.
pub async fn add_rows<T: Tables>(
    tables: &T,
    reader: UserId,
    owner: UserId,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    if tables.find_friends(&BTreeSet::from([(reader, owner)])).await?.is_empty() {
        // The end of the friendship causes another event, which removes the rows.
        return Ok(None);
    }
    let page = PageRequest { limit: T::FRIEND_PICTURES_PER_STEP, after };
    let pictures = tables.read_pictures_of(owner, page).await?;
    let shared =
        pictures.iter().filter(|picture| Audience::of(Some(picture)).includes_in_feed(Relation::FRIEND));
    let rows: Vec<_> = shared.map(|picture| FeedRow::direct(FeedId::User(reader), picture.key)).collect();
    tables.write_rows(&rows, &[]).await?;
    tracing::info!(%reader, %owner, written = rows.len(), "added the pictures of a friend to a feed");
    let next = page.next(&pictures, |picture| picture.key.picture_id);
    Ok(next.map(|after| Task::AddFriend { reader, owner, after: Some(after) }))
}

/// Verifies a page of the feed of `reader`: the rows of pictures of `owners` (`None`: all owners).
/// Returns the next step.
///
/// Reads the rows of the feed instead of the pictures of the owners, because a deleted picture can
/// still have a row. Verifies the rows even if the members are friends again: the row of a picture
/// that changed between the two friendships can be outdated.
pub async fn verify_rows<T: Tables>(
    tables: &T,
    reader: UserId,
    owners: Option<BTreeSet<UserId>>,
    after: Option<PictureId>,
) -> Result<Option<Task>, Error> {
    let is_selected = |row: &FeedRow| owners.as_ref().is_none_or(|owners| owners.contains(&row.key.owner_id));
    let next = verify_page(tables, FeedId::User(reader), is_selected, after).await?;
    Ok(next.map(|after| Task::VerifyFeed { reader, owners, after: Some(after) }))
}
