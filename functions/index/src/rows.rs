//! A row changed: it is looked at once more, after it was written.
//!
//! Between reading a record and writing what follows from it, the record can change, and the one who would look again can be
//! interrupted. Nobody would know then which friend's feed got a row: friends who are none any more are in no list. So the feeds
//! themselves are a stream, and each row that came or went is compared with the records as they are after that, by somebody who
//! is called again until it is done.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Audience, FeedId, FeedRow, UserId};
use lambda::Error;

use crate::Records;

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// It was written.
    Came,
    /// It was deleted.
    Went,
}

/// Rows that are there, whenever they came.
pub(crate) fn came(rows: impl Iterator<Item = FeedRow>) -> BTreeSet<(FeedRow, Happened)> {
    rows.map(|row| (row, Happened::Came)).collect()
}

/// Deletes the rows that came and should not have, writes those that went and should not have; of one that did both, it does not
/// matter what was first. What is done so happens to the rows again and is looked at again, which ends as soon as the records
/// stand still.
///
/// # Errors
/// Those of the records.
pub async fn verify(records: &impl Records, rows: &BTreeSet<(FeedRow, Happened)>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let wanted = wanted(records, rows.iter().map(|(row, _)| row)).await?;
    let those = |happened, wrong: bool| {
        let rows = rows.iter().filter(move |(_, how)| *how == happened).map(|(row, _)| *row);
        rows.filter(|row| wanted.contains(row) == wrong).collect::<Vec<_>>()
    };
    let (missing, stale) = (those(Happened::Went, true), those(Happened::Came, false));
    if !(missing.is_empty() && stale.is_empty()) {
        tracing::info!(written = missing.len(), deleted = stale.len(), "rows put right");
        records.write(&missing, &stale).await?;
    }
    Ok(())
}

/// Those of the rows that must be there now.
async fn wanted<'a>(
    records: &impl Records,
    rows: impl Iterator<Item = &'a FeedRow> + Clone,
) -> Result<BTreeSet<FeedRow>, Error> {
    let keys: BTreeSet<_> = rows.clone().map(|row| row.key).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let pictures: BTreeMap<_, _> = records.pictures(&keys).await?.into_iter().map(|p| (p.key, p)).collect();
    let audience = |row: &FeedRow| Audience::of(pictures.get(&row.key));
    let shared = rows.clone().filter(|row| audience(row) >= Audience::Friends);
    let friends = friends(records, shared.filter_map(pair).collect()).await?;
    let wanted =
        rows.filter(|row| audience(row).wants(row, pair(row).is_some_and(|pair| friends.contains(&pair))));
    Ok(wanted.copied().collect())
}

/// The reader of a feed and the owner of a picture in it, where they are two.
fn pair(row: &FeedRow) -> Option<(UserId, UserId)> {
    match row.feed_id {
        FeedId::User(reader) if reader != row.key.owner_id => Some((reader, row.key.owner_id)),
        _ => None,
    }
}

/// Which of these (reader, owner) are friends.
async fn friends<R: Records>(
    records: &R,
    mut pairs: BTreeSet<(UserId, UserId)>,
) -> Result<BTreeSet<(UserId, UserId)>, Error> {
    let mut readers = BTreeMap::<UserId, usize>::new();
    for (_, owner) in &pairs {
        *readers.entry(*owner).or_default() += 1;
    }
    let mut found = BTreeSet::new();
    for (owner, _) in readers.into_iter().filter(|(_, readers)| *readers > R::MANY_READERS) {
        found.extend(records.friends(owner).await?.into_iter().map(|friend| (friend, owner)));
        pairs.retain(|(_, of)| *of != owner);
    }
    if !pairs.is_empty() {
        found.extend(records.among(&pairs).await?);
    }
    Ok(found)
}
