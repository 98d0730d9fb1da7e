//! Verifies feed rows after they were written or deleted.
//!
//! A picture, friendship or album can change after the function reads it and before the function
//! writes the feed rows. If the invocation for that change has already finished, an outdated row
//! remains, for example in the feed of a former friend, whom the friends list no longer contains.
//! The function therefore also processes the stream of the Feeds table and compares each added,
//! changed or removed row with the current pictures, friendships and albums. Lambda repeats a batch
//! until it succeeds.

use std::collections::{BTreeMap, BTreeSet};

use domain::{FeedId, FeedRow, PageRequest, PictureId, PictureKey, UserId};
use lambda::Error;
use lambda::trace::Traced;

use crate::Tables;
use crate::facts::{AlbumCandidate, Facts, confirm_albums, search_albums};

/// The change of a feed row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowChange {
    /// The row was written, or changed.
    Added,
    /// The row was deleted.
    Removed,
}

/// Marks existing rows as added, so that [`verify`] deletes the outdated ones.
pub(crate) fn mark_as_added(rows: impl Iterator<Item = FeedRow>) -> BTreeSet<(FeedRow, RowChange)> {
    rows.map(|row| (row, RowChange::Added)).collect()
}

/// Corrects the added rows that are wrong, and writes the removed rows that must exist.
///
/// A row without an album is right if the reader can view the picture without an album. A row that
/// names an album is right if the album shows the picture to the reader. The function replaces a
/// wrong row with a right one, or deletes it if there is none. It keeps a right row, even if
/// another row would also be right.
///
/// A batch can contain both an addition and a removal of the same row. Each correction causes
/// another event. The corrections end when pictures, friendships and albums no longer change.
pub async fn verify(tables: &impl Tables, rows: &BTreeSet<(FeedRow, RowChange)>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let all: Vec<_> = rows.iter().map(|(row, _)| *row).collect();
    let facts = Facts::read(tables, &all).await?;
    let wrong = find_wrong(tables, &facts, rows).await?;
    let (written, deleted) = find_corrections(tables, &facts, &wrong).await?;
    if !(written.is_empty() && deleted.is_empty()) {
        tracing::info!(written = written.len(), deleted = deleted.len(), "corrected feed rows");
        for key in written.iter().chain(&deleted).map(|row| row.key).collect::<BTreeSet<_>>() {
            tracing::info!(parent: key.span(), "corrected the feed rows of a picture");
        }
        tables.write_rows(&written, &deleted).await?;
    }
    Ok(())
}

/// Returns the feeds and pictures whose row is wrong or was removed. The value is `false` if the
/// row was only removed, so that there is nothing to delete.
async fn find_wrong(
    tables: &impl Tables,
    facts: &Facts,
    rows: &BTreeSet<(FeedRow, RowChange)>,
) -> Result<BTreeMap<(FeedId, PictureKey), bool>, Error> {
    let added = rows.iter().filter(|(_, change)| *change == RowChange::Added).map(|(row, _)| row);
    let candidates = added.filter(|row| facts.is_ready(row.key)).filter_map(named_album);
    let confirmed = confirm_albums(tables, candidates.collect()).await?;
    let is_right = |row: &FeedRow| match row.via {
        None => facts.requires(row),
        via => named_album(row).is_some_and(|candidate| confirmed.get(&candidate).copied() == via),
    };
    let mut wrong = BTreeMap::new();
    for (row, change) in rows {
        let can_exist = match change {
            RowChange::Removed => false,
            RowChange::Added if is_right(row) => continue,
            RowChange::Added => true,
        };
        *wrong.entry((row.feed_id, row.key)).or_default() |= can_exist;
    }
    Ok(wrong)
}

/// Returns the rows to write instead of wrong ones, and the wrong rows to delete.
async fn find_corrections(
    tables: &impl Tables,
    facts: &Facts,
    wrong: &BTreeMap<(FeedId, PictureKey), bool>,
) -> Result<(Vec<FeedRow>, Vec<FeedRow>), Error> {
    let is_in_album =
        |key| facts.is_ready(key) && facts.picture(key).is_some_and(|picture| picture.albums > 0);
    let rows = wrong.iter().map(|((feed, key), can_exist)| (FeedRow::direct(*feed, *key), *can_exist));
    let hidden = rows.clone().filter(|(row, _)| !facts.requires(row) && is_in_album(row.key));
    let pairs = hidden.filter_map(|(row, _)| reader_of(&row).map(|reader| (reader, row.key)));
    let albums = search_albums(tables, &pairs.collect()).await?;
    let (mut written, mut deleted) = (Vec::new(), Vec::new());
    for (row, can_exist) in rows {
        let via = reader_of(&row).and_then(|reader| albums.get(&(reader, row.key)).copied());
        if facts.requires(&row) {
            written.push(row);
        } else if via.is_some() {
            written.push(FeedRow { via, ..row });
        } else if can_exist {
            deleted.push(row);
        }
    }
    Ok((written, deleted))
}

/// Returns the reader of the feed that contains a row, or `None` if it is not [`FeedId::User`].
fn reader_of(row: &FeedRow) -> Option<UserId> {
    match row.feed_id {
        FeedId::User(reader) => Some(reader),
        _ => None,
    }
}

/// Returns the album that a row names, to confirm it.
fn named_album(row: &FeedRow) -> Option<AlbumCandidate> {
    let (reader, via) = reader_of(row).zip(row.via)?;
    Some(AlbumCandidate { reader, key: row.key, album: via.album_id })
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
