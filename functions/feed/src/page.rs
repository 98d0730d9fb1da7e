//! Reads a page of a feed: the pictures of its newest rows that the reader may see.

use domain::{FeedId, PageRequest, PictureId, PictureState, UserId};
use futures_util::future::try_join_all;
use lambda::Error;
use store::VisiblePicture;

use crate::Tables;
use crate::merge::merge_newest;

/// The maximum number of rows per step: ten transactions read their pictures.
const MAX_ROWS: usize = 500;

/// A page of pictures.
#[derive(Debug)]
pub struct PicturePage {
    /// The pictures, newest first.
    pub pictures: Vec<VisiblePicture>,
    /// The position after which the next page starts; `None` on the last page.
    pub next: Option<PictureId>,
}

impl PicturePage {
    /// A page of at most `page.limit` pictures.
    pub(crate) fn new(pictures: Vec<VisiblePicture>, page: PageRequest) -> Self {
        Self { next: page.next(&pictures, |visible| visible.picture.key.picture_id), pictures }
    }
}

/// The number of rows of the step after one of `limit` rows. It doubles, so that a few steps pass
/// thousands of consecutive stale rows, as after the end of a friendship.
fn next_limit(limit: usize) -> usize {
    (limit * 2).min(MAX_ROWS)
}

/// Reads the newest ready pictures that `reader` (`None`: not signed in) may see: of the public
/// feed and of the reader's own feed. Owners find pictures that are not ready among their own
/// pictures.
pub async fn read_feeds(
    tables: &impl Tables,
    reader: Option<UserId>,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let feeds: Vec<_> = FeedId::public().chain(reader.map(FeedId::User)).collect();
    let mut step = page;
    let mut pictures = Vec::with_capacity(page.limit);
    loop {
        let rows = try_join_all(feeds.iter().map(|feed| tables.read_rows(*feed, step))).await?;
        let (keys, more) = merge_newest(&rows, step.limit);
        let mut visible = tables.read_visible(reader, &keys).await?;
        let ready = keys
            .iter()
            .filter_map(|key| visible.remove(key))
            .filter(|visible| visible.picture.state() == PictureState::Ready);
        pictures.extend(ready.take(page.limit - pictures.len()));
        if pictures.len() == page.limit || !more {
            return Ok(PicturePage::new(pictures, page));
        }
        step.after = keys.last().map(|key| key.picture_id).or(step.after);
        step.limit = next_limit(step.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FeedRow, Picture, PictureKey, Relation, Visibility};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use testing::ready_picture;
    use uuid::Uuid;

    const READER: UserId = UserId(Uuid::from_u128(1));

    /// A picture with rows in some feeds.
    #[derive(Clone, Debug)]
    struct Row {
        n: usize,
        /// Whether it has a row in each shard of the public feed, and in the reader's feed.
        feeds: [bool; 5],
        /// Whether the reader may see it.
        visible: bool,
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
                FeedId::Public(shard) => self.feeds[usize::from(shard)],
                FeedId::User(reader) => reader == READER && self.feeds[4],
            }
        }
    }

    impl Tables for Vec<Row> {
        async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
            let rows = self.iter().rev().filter(|row| row.is_in(feed)).map(Row::key);
            let rows = rows.filter(|key| page.after.is_none_or(|after| key.picture_id < after));
            Ok(rows.take(page.limit).map(|key| FeedRow { feed_id: feed, key }).collect())
        }

        async fn read_visible(
            &self,
            _: Option<UserId>,
            keys: &[PictureKey],
        ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
            let keys = self.iter().filter(|row| row.visible).map(Row::key).filter(|key| keys.contains(key));
            let picture = |key| Picture { key, ..ready_picture(Visibility::Public) };
            let visible = |key| VisiblePicture { picture: picture(key), relation: Relation::FRIEND };
            Ok(keys.map(|key| (key, visible(key))).collect())
        }
    }

    /// Reads all pages: their pictures and the positions of the next pages.
    fn read_pages(
        rows: &Vec<Row>,
        reader: Option<UserId>,
        limit: usize,
    ) -> Vec<(Vec<PictureId>, Option<PictureId>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (mut pages, mut after) = (vec![], None);
        loop {
            let page = read_feeds(rows, reader, PageRequest { limit, after });
            let page = runtime.block_on(page).unwrap();
            let ids = page.pictures.iter().map(|visible| visible.picture.key.picture_id);
            pages.push((ids.collect(), page.next));
            after = page.next;
            if after.is_none() {
                return pages;
            }
        }
    }

    prop_compose! {
        fn rows()(
            rows in prop::collection::vec((any::<[bool; 5]>(), prop::bool::weighted(0.3)), 0..80)
        ) -> Vec<Row> {
            rows.into_iter().enumerate().map(|(n, (feeds, visible))| Row { n, feeds, visible }).collect()
        }
    }

    proptest! {
        /// However many rows are stale, only the last page has fewer pictures than its limit.
        #[test]
        fn pages_are_full_and_return_every_picture_once_newest_first(rows in rows(), limit in 1usize..8, signed_in: bool) {
            let reader = signed_in.then_some(READER);
            let pages = read_pages(&rows, reader, limit);
            let (last, full) = pages.split_last().unwrap();
            prop_assert!(full.iter().all(|(ids, _)| ids.len() == limit) && last.0.len() < limit);
            let is_expected =
                |row: &&Row| row.visible && row.feeds[..if signed_in { 5 } else { 4 }].contains(&true);
            let expected: Vec<_> = rows.iter().rev().filter(is_expected).map(|row| row.key().picture_id).collect();
            prop_assert_eq!(pages.into_iter().flat_map(|(ids, _)| ids).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn neither_items_nor_cursors_reveal_hidden_pictures(rows in rows(), limit in 1usize..8) {
            let visible: Vec<_> = rows.iter().filter(|row| row.visible).cloned().collect();
            let expected = read_pages(&visible, Some(READER), limit);
            prop_assert_eq!(read_pages(&rows, Some(READER), limit), expected);
        }
    }
}
