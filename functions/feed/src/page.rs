//! A page of the feeds: the newest rows, each checked against the records as they are now.

use domain::PageRequest;
use domain::{FeedId, Picture, PictureId, Relation, State, UserId};
use futures_util::future::try_join_all;
use lambda::Error;

use crate::Records;
use crate::merge::newest;

/// The most rows that are read at a time: their pictures are ten transactions.
const MAX_ROWS: usize = 500;

/// A page.
#[derive(Debug)]
pub struct Found {
    /// Newest first, each with what its reader is to the owner.
    pub pictures: Vec<(Picture, Relation)>,
    /// Where to read on; `None` at the end.
    pub next: Option<PictureId>,
}

impl Found {
    /// At most as many pictures as the page may have.
    pub(crate) fn new(pictures: Vec<(Picture, Relation)>, page: PageRequest) -> Self {
        Self { next: page.next(&pictures, |(picture, _)| picture.key.picture_id), pictures }
    }
}

/// How many rows are read next, where so many were and too few of them were for the reader: ever more, so that thousands of
/// stale rows in a row (somebody was unfriended a moment ago) are passed in a few steps.
fn further(rows: usize) -> usize {
    (rows * 2).min(MAX_ROWS)
}

/// The newest pictures that `reader` (`None`: somebody who is not signed in) may see now: the public ones, and those in the
/// reader's own feed. Feeds show what is ready, to its owner too; what is not yet is among the owner's own pictures.
///
/// # Errors
/// Those of `records`.
pub async fn of_feeds(
    records: &impl Records,
    reader: Option<UserId>,
    page: PageRequest,
) -> Result<Found, Error> {
    let feeds: Vec<_> = FeedId::public().chain(reader.map(FeedId::User)).collect();
    let mut step = page;
    let mut pictures = Vec::with_capacity(page.limit);
    loop {
        let rows = try_join_all(feeds.iter().map(|feed| records.rows(*feed, step))).await?;
        let (keys, more) = newest(&rows, step.limit);
        let mut seen = records.seen(reader, &keys).await?;
        let ready = keys
            .iter()
            .filter_map(|key| seen.remove(key))
            .filter(|(picture, _)| picture.state() == State::Ready);
        pictures.extend(ready.take(page.limit - pictures.len()));
        if pictures.len() == page.limit || !more {
            return Ok(Found::new(pictures, page));
        }
        step.after = keys.last().map(|key| key.picture_id).or(step.after);
        step.limit = further(step.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FeedRow, PictureKey, Visibility};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use testing::ready_picture;
    use uuid::Uuid;

    const READER: UserId = UserId(Uuid::from_u128(1));

    /// A row of the feeds: in which of them, and whether its picture is for the reader (still).
    #[derive(Clone, Debug)]
    struct Row {
        n: usize,
        feeds: [bool; 5],
        shown: bool,
    }

    impl Row {
        fn key(&self) -> PictureKey {
            PictureKey {
                owner_id: UserId(Uuid::from_u128(7)),
                picture_id: PictureId(Uuid::from_u128(1 + self.n as u128)),
            }
        }

        fn is_in(&self, feed: FeedId) -> bool {
            match feed {
                FeedId::Public(part) => self.feeds[usize::from(part)],
                FeedId::User(reader) => reader == READER && self.feeds[4],
            }
        }
    }

    impl Records for Vec<Row> {
        async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
            let rows = self.iter().rev().filter(|row| row.is_in(feed)).map(Row::key);
            let rows = rows.filter(|key| page.after.is_none_or(|after| key.picture_id < after));
            Ok(rows.take(page.limit).map(|key| FeedRow { feed_id: feed, key }).collect())
        }

        async fn seen(
            &self,
            _: Option<UserId>,
            keys: &[PictureKey],
        ) -> Result<BTreeMap<PictureKey, (Picture, Relation)>, Error> {
            let shown = self.iter().filter(|row| row.shown && keys.contains(&row.key()));
            let picture = |key| Picture { key, ..ready(Visibility::Public) };
            Ok(shown.map(|row| (row.key(), (picture(row.key()), Relation::Friend))).collect())
        }
    }

    /// All pages: what is on them, and where they say to read on.
    fn pages(
        rows: &Vec<Row>,
        reader: Option<UserId>,
        limit: usize,
    ) -> Vec<(Vec<PictureId>, Option<PictureId>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (mut pages, mut after) = (vec![], None);
        loop {
            let page = of_feeds(rows, reader, PageRequest { limit, after });
            let found = runtime.block_on(page).unwrap();
            let ids = found.pictures.iter().map(|(picture, _)| picture.key.picture_id);
            pages.push((ids.collect(), found.next));
            after = found.next;
            if after.is_none() {
                return pages;
            }
        }
    }

    prop_compose! {
        fn some_rows()(
            rows in prop::collection::vec((any::<[bool; 5]>(), prop::bool::weighted(0.3)), 0..80)
        ) -> Vec<Row> {
            rows.into_iter().enumerate().map(|(n, (feeds, shown))| Row { n, feeds, shown }).collect()
        }
    }

    proptest! {
        /// Every picture once, newest first, and no page but the last is short, however many rows are stale.
        #[test]
        fn pages_are_full_and_hold_everything_once(rows in some_rows(), limit in 1usize..8, signed_in: bool) {
            let reader = signed_in.then_some(READER);
            let pages = pages(&rows, reader, limit);
            let (last, full) = pages.split_last().unwrap();
            prop_assert!(full.iter().all(|(ids, _)| ids.len() == limit) && last.0.len() < limit);
            let here = |row: &&Row| row.shown && row.feeds[..if signed_in { 5 } else { 4 }].contains(&true);
            let expected: Vec<_> = rows.iter().rev().filter(here).map(|row| row.key().picture_id).collect();
            prop_assert_eq!(pages.into_iter().flat_map(|(ids, _)| ids).collect::<Vec<_>>(), expected);
        }

        /// Neither items nor cursors tell that there are rows that are not for the reader.
        #[test]
        fn what_is_hidden_leaves_no_trace(rows in some_rows(), limit in 1usize..8) {
            let shown: Vec<_> = rows.iter().filter(|row| row.shown).cloned().collect();
            prop_assert_eq!(pages(&rows, Some(READER), limit), pages(&shown, Some(READER), limit));
        }
    }
}
