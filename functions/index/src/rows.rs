//! Verifies feed rows after they were written or deleted.
//!
//! A picture or friendship can change after the function reads it and before the function writes
//! the feed rows. If the invocation for that change has already finished, an outdated row remains,
//! for example in the feed of a former friend, whom the friends list no longer contains. The
//! function therefore also processes the stream of the Feeds table and compares each added or
//! removed row with the current pictures and friendships. Lambda repeats a batch until it succeeds.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Audience, FeedId, FeedRow, PageRequest, PictureId, Relation, UserId};
use lambda::Error;
use lambda::trace::Traced;

use crate::Tables;

/// The change of a feed row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowChange {
    /// The row was written.
    Added,
    /// The row was deleted.
    Removed,
}

/// Marks existing rows as added, so that [`verify`] deletes the outdated ones.
pub(crate) fn mark_as_added(rows: impl Iterator<Item = FeedRow>) -> BTreeSet<(FeedRow, RowChange)> {
    rows.map(|row| (row, RowChange::Added)).collect()
}

/// Deletes the added rows that must not exist, and writes the removed rows that must exist.
///
/// A batch can contain both an addition and a removal of the same row. Each correction causes
/// another event. No more corrections follow when the pictures and friendships do not change.
pub async fn verify(tables: &impl Tables, rows: &BTreeSet<(FeedRow, RowChange)>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let required = find_required(tables, rows.iter().map(|(row, _)| row)).await?;
    let select = |wanted_change, is_required: bool| {
        let rows = rows.iter().filter(move |(_, change)| *change == wanted_change).map(|(row, _)| *row);
        rows.filter(|row| required.contains(row) == is_required).collect::<Vec<_>>()
    };
    let (missing, stale) = (select(RowChange::Removed, true), select(RowChange::Added, false));
    if !(missing.is_empty() && stale.is_empty()) {
        tracing::info!(written = missing.len(), deleted = stale.len(), "corrected feed rows");
        for key in missing.iter().chain(&stale).map(|row| row.key).collect::<BTreeSet<_>>() {
            tracing::info!(parent: key.span(), "corrected the feed rows of a picture");
        }
        tables.write_rows(&missing, &stale).await?;
    }
    Ok(())
}

/// Verifies the rows of a page of `feed` for which `is_selected` returns `true`. Returns the
/// position after which the next page starts.
pub(crate) async fn verify_page<T: Tables>(
    tables: &T,
    feed: FeedId,
    is_selected: impl Fn(&FeedRow) -> bool,
    after: Option<PictureId>,
) -> Result<Option<PictureId>, Error> {
    let page = PageRequest { limit: T::ROWS_PER_STEP, after };
    let rows = tables.read_rows(feed, page).await?;
    let next = page.next(&rows, |row| row.key.picture_id);
    verify(tables, &mark_as_added(rows.into_iter().filter(is_selected))).await?;
    Ok(next)
}

/// Returns the rows that the current pictures and friendships require.
async fn find_required<'a>(
    tables: &impl Tables,
    rows: impl Iterator<Item = &'a FeedRow> + Clone,
) -> Result<BTreeSet<FeedRow>, Error> {
    let keys: BTreeSet<_> = rows.clone().map(|row| row.key).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let pictures = tables.read_pictures(&keys).await?;
    let audiences: BTreeMap<_, _> =
        pictures.iter().map(|picture| (picture.key, Audience::of(Some(picture)))).collect();
    let audience = |row: &FeedRow| audiences.get(&row.key).copied().unwrap_or(Audience::of(None));
    let shared = rows.clone().filter(|row| audience(row).includes_in_feed(Relation::FRIEND));
    let friends = filter_friends(tables, shared.filter_map(reader_and_owner).collect()).await?;
    let is_required = |row: &&FeedRow| {
        let is_friend = reader_and_owner(row).is_some_and(|pair| friends.contains(&pair));
        audience(row).requires(row, is_friend)
    };
    Ok(rows.filter(is_required).copied().collect())
}

/// Returns the reader of the feed and the owner of the picture. Returns `None` if they are the same
/// member, or if the feed has several readers.
fn reader_and_owner(row: &FeedRow) -> Option<(UserId, UserId)> {
    match row.feed_id {
        FeedId::User(reader) if reader != row.key.owner_id => Some((reader, row.key.owner_id)),
        _ => None,
    }
}

/// Returns the pairs (reader, owner) that are friends, and perhaps other friends of the owners. For
/// an owner with more than [`Tables::MAX_SINGLE_READS`] readers in `pairs`, reads all friends of
/// the owner by one query.
async fn filter_friends<T: Tables>(
    tables: &T,
    mut pairs: BTreeSet<(UserId, UserId)>,
) -> Result<BTreeSet<(UserId, UserId)>, Error> {
    let mut reader_counts = BTreeMap::<UserId, usize>::new();
    for (_, owner) in &pairs {
        *reader_counts.entry(*owner).or_default() += 1;
    }
    let mut friends = BTreeSet::new();
    for (owner, _) in reader_counts.into_iter().filter(|(_, count)| *count > T::MAX_SINGLE_READS) {
        friends.extend(tables.list_friends(owner).await?.into_iter().map(|friend| (friend, owner)));
        pairs.retain(|(_, pair_owner)| *pair_owner != owner);
    }
    if !pairs.is_empty() {
        friends.extend(tables.find_friends(&pairs).await?);
    }
    Ok(friends)
}
