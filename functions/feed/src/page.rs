//! Reads a page of a feed: the newest pictures of its rows that the reader can view.

use domain::{FeedId, PageRequest, PictureId, PictureState, UserId};
use futures_util::future::try_join_all;
use lambda::Error;
use store::VisiblePicture;

use crate::Tables;
use crate::merge::merge_newest;

/// The maximum number of rows in one read of a feed. Ten transactions read the pictures of this
/// number of rows.
const MAX_ROWS_PER_READ: usize = 500;

/// A page of pictures.
#[derive(Debug)]
pub struct PicturePage {
    /// The pictures, newest first.
    pub pictures: Vec<VisiblePicture>,
    /// The position after which the next page starts; `None` on the last page.
    pub next: Option<PictureId>,
}

impl PicturePage {
    /// Creates a page of at most `page.limit` pictures.
    pub(crate) fn new(pictures: Vec<VisiblePicture>, page: PageRequest) -> Self {
        Self { next: page.next(&pictures, |visible| visible.picture.key.picture_id), pictures }
    }
}

/// Returns the number of rows to read after a read of `limit` rows: twice as many. Therefore a few
/// reads skip thousands of consecutive stale rows, such as the rows of a former friend.
fn next_limit(limit: usize) -> usize {
    (limit * 2).min(MAX_ROWS_PER_READ)
}

/// Reads the newest ready pictures of the public feed, and of the feed of `reader` (`None`: not
/// signed in), that the reader can view. Omits the pictures of members whom the reader blocked.
/// Reads more rows until the page is full.
pub async fn read_feeds(
    tables: &impl Tables,
    reader: Option<UserId>,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let feeds: Vec<_> = FeedId::public().chain(reader.map(FeedId::User)).collect();
    let mut request = page;
    let mut pictures = Vec::with_capacity(page.limit);
    loop {
        let rows = try_join_all(feeds.iter().map(|feed| tables.read_rows(*feed, request))).await?;
        let (keys, has_more) = merge_newest(&rows, request.limit);
        let mut visible = tables.read_visible(reader, &keys).await?;
        let ready = keys
            .iter()
            .filter_map(|key| visible.remove(key))
            .filter(|visible| visible.picture.state() == PictureState::Ready)
            .filter(|visible| !visible.relation.blocks_owner());
        pictures.extend(ready.take(page.limit - pictures.len()));
        if pictures.len() == page.limit || !has_more {
            return Ok(PicturePage::new(pictures, page));
        }
        request.after = keys.last().map(|key| key.picture_id).or(request.after);
        request.limit = next_limit(request.limit);
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
        /// Whether the picture has a row in each shard of the public feed, and in the reader's
        /// feed.
        feeds: [bool; 5],
        /// Whether the reader can view the picture.
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

    /// Reads all pages. Returns for each page its pictures and the position of the next page.
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
        /// Only the last page has fewer pictures than its limit, even if most rows are stale.
        #[test]
        fn pages_are_full_and_return_every_picture_once_newest_first(rows in rows(), limit in 1usize..8, signed_in: bool) {
            let reader = signed_in.then_some(READER);
            let pages = read_pages(&rows, reader, limit);
            let (last, full_pages) = pages.split_last().unwrap();
            prop_assert!(full_pages.iter().all(|(ids, _)| ids.len() == limit) && last.0.len() < limit);
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
