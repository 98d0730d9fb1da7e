//! Reads a page of one or several feeds: the newest pictures of their rows that the reader can
//! view.

use domain::{FeedId, PageRequest, PictureId, PictureState, UserId};
use futures_util::future::try_join_all;
use lambda::Error;
use store::VisiblePicture;

use crate::Tables;
use crate::merge::merge_newest;

/// A page of pictures.
#[derive(Debug)]
pub struct PicturePage {
    /// The pictures, newest first.
    pub pictures: Vec<VisiblePicture>,
    /// The position after which the next page starts; `None` on the last page.
    pub next: Option<PictureId>,
}

/// Reads the newest pictures of the public feed and, if `reader` is signed in, of their feed. Omits
/// the pictures of members whom the reader blocked.
pub async fn read_feed(
    tables: &impl Tables,
    reader: Option<UserId>,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let feeds: Vec<_> = FeedId::public().chain(reader.map(FeedId::User)).collect();
    let mut page = read_feeds(tables, &feeds, reader, page).await?;
    page.pictures.retain(|visible| !visible.relation.blocks_owner());
    Ok(page)
}

/// Reads the newest ready pictures of several feeds that `reader` (`None`: not signed in) can view.
///
/// Reads up to `page.limit` rows of each feed, and checks the newest `page.limit` pictures. Omits
/// hidden pictures instead of reading more, so that neither the cost nor the time of a call depends
/// on them. Therefore a page can be short or empty although more pictures follow.
pub async fn read_feeds(
    tables: &impl Tables,
    feeds: &[FeedId],
    reader: Option<UserId>,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let rows = try_join_all(feeds.iter().map(|feed| tables.read_rows(*feed, page))).await?;
    let hints = merge_newest(&rows, page.limit);
    let mut visible = tables.read_visible(reader, &hints).await?;
    let pictures = hints.iter().filter_map(|hint| visible.remove(&hint.key));
    let ready = pictures.filter(|visible| visible.picture.state() == PictureState::Ready);
    Ok(PicturePage { pictures: ready.collect(), next: page.next(&hints, |hint| hint.key.picture_id) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FeedRow, Picture, PictureHint, PictureKey, Relation, Visibility};
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
                FeedId::SharedOf(_) | FeedId::PublicOf(_) => false,
            }
        }
    }

    impl Tables for Vec<Row> {
        async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
            let rows = self.iter().rev().filter(|row| row.is_in(feed)).map(Row::key);
            let rows = rows.filter(|key| page.after.is_none_or(|after| key.picture_id < after));
            Ok(rows.take(page.limit).map(|key| FeedRow::direct(feed, key)).collect())
        }

        async fn are_friends(&self, _: UserId, _: UserId) -> Result<bool, Error> {
            Ok(false)
        }

        async fn read_visible(
            &self,
            _: Option<UserId>,
            hints: &[PictureHint],
        ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
            let is_named = |key: &PictureKey| hints.iter().any(|hint| hint.key == *key);
            let keys = self.iter().filter(|row| row.visible).map(Row::key).filter(is_named);
            let picture = |key| Picture { key, ..ready_picture(Visibility::Public) };
            let visible = |key| VisiblePicture::new(picture(key), Relation::FRIEND);
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
            let page = read_feed(rows, reader, PageRequest { limit, after });
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
        #[test]
        fn pages_return_every_picture_once_newest_first(rows in rows(), limit in 1usize..8, signed_in: bool) {
            let reader = signed_in.then_some(READER);
            let is_expected =
                |row: &&Row| row.visible && row.feeds[..if signed_in { 5 } else { 4 }].contains(&true);
            let expected: Vec<_> = rows.iter().rev().filter(is_expected).map(|row| row.key().picture_id).collect();
            let pages = read_pages(&rows, reader, limit);
            prop_assert_eq!(pages.into_iter().flat_map(|(ids, _)| ids).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn only_the_last_page_is_short_if_all_rows_are_visible(mut rows in rows(), limit in 1usize..8) {
            rows.iter_mut().for_each(|row| row.visible = true);
            let pages = read_pages(&rows, Some(READER), limit);
            let (last, full_pages) = pages.split_last().unwrap();
            prop_assert!(full_pages.iter().all(|(ids, _)| ids.len() == limit) && last.0.len() < limit);
        }

        #[test]
        fn the_pages_have_the_same_positions_whatever_is_hidden(rows in rows(), limit in 1usize..8) {
            let all_visible = rows.iter().map(|row| Row { visible: true, ..row.clone() }).collect();
            let positions = |rows| read_pages(rows, Some(READER), limit).into_iter().map(|(_, next)| next);
            prop_assert!(positions(&rows).eq(positions(&all_visible)));
        }
    }
}
