//! Verifies feed rows after they were written or deleted.
//!
//! A record can change between the read of the record and the write of the rows that follow from
//! it, and the invocation that would notice can be interrupted. A row in the feed of a former
//! friend would then stay: the list of friends no longer leads to it. Therefore the Feeds table has
//! a stream too, and the function compares each added or removed row with the current records.
//! Lambda repeats the batch until this succeeds.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Audience, FeedId, FeedRow, Relation, UserId};
use lambda::Error;

use crate::Tables;

/// The change of a feed row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowChange {
    /// The row was written.
    Added,
    /// The row was deleted.
    Removed,
}

/// Treats existing rows as added.
pub(crate) fn as_added(rows: impl Iterator<Item = FeedRow>) -> BTreeSet<(FeedRow, RowChange)> {
    rows.map(|row| (row, RowChange::Added)).collect()
}

/// Deletes the added rows that must not exist, and writes the removed rows that must. A row may be
/// both added and removed, in any order. Each correction is an event in turn, so that verification
/// ends as soon as the records stop changing.
pub async fn verify(tables: &impl Tables, rows: &BTreeSet<(FeedRow, RowChange)>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let required = find_required(tables, rows.iter().map(|(row, _)| row)).await?;
    let select = |change, is_required: bool| {
        let rows = rows.iter().filter(move |(_, other)| *other == change).map(|(row, _)| *row);
        rows.filter(|row| required.contains(row) == is_required).collect::<Vec<_>>()
    };
    let (missing, stale) = (select(RowChange::Removed, true), select(RowChange::Added, false));
    if !(missing.is_empty() && stale.is_empty()) {
        tracing::info!(written = missing.len(), deleted = stale.len(), "corrected feed rows");
        tables.write_rows(&missing, &stale).await?;
    }
    Ok(())
}

/// Returns those of the rows that the current records require.
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
    let shared = rows.clone().filter(|row| audience(row).includes(Relation::FRIEND));
    let friends = find_friends(tables, shared.filter_map(reader_and_owner).collect()).await?;
    let is_required = |row: &&FeedRow| {
        let is_friend = reader_and_owner(row).is_some_and(|pair| friends.contains(&pair));
        audience(row).requires(row, is_friend)
    };
    Ok(rows.filter(is_required).copied().collect())
}

/// The reader of a feed and the owner of a picture in it, unless they are the same member or the
/// feed is public.
fn reader_and_owner(row: &FeedRow) -> Option<(UserId, UserId)> {
    match row.feed_id {
        FeedId::User(reader) if reader != row.key.owner_id => Some((reader, row.key.owner_id)),
        _ => None,
    }
}

/// Returns those pairs (reader, owner) that are friends. Reads all friends of an owner at once
/// where that costs less.
async fn find_friends<T: Tables>(
    tables: &T,
    mut pairs: BTreeSet<(UserId, UserId)>,
) -> Result<BTreeSet<(UserId, UserId)>, Error> {
    let mut readers = BTreeMap::<UserId, usize>::new();
    for (_, owner) in &pairs {
        *readers.entry(*owner).or_default() += 1;
    }
    let mut found = BTreeSet::new();
    for (owner, _) in readers.into_iter().filter(|(_, readers)| *readers > T::MAX_SINGLE_READS) {
        found.extend(tables.list_friends(owner).await?.into_iter().map(|friend| (friend, owner)));
        pairs.retain(|(_, other)| *other != owner);
    }
    if !pairs.is_empty() {
        found.extend(tables.find_friends(&pairs).await?);
    }
    Ok(found)
}
