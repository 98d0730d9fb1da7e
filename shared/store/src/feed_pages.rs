//! Reads a page of one or several feeds: the newest pictures in them that the reader can view.

use std::collections::BTreeMap;

use domain::{FeedId, FeedRow, PageRequest, PictureHint, PictureId, PictureKey, PictureState, UserId};
use futures_util::future::{try_join, try_join_all};

use crate::{AccessReader, Database, Error, Feeds, VisiblePicture};

/// The maximum number of pictures on each side of a picture that are checked to find its neighbor.
const MAX_NEIGHBORS: usize = 4;

/// A page of pictures.
#[derive(Debug)]
pub struct PicturePage {
    /// The pictures, newest first.
    pub pictures: Vec<VisiblePicture>,
    /// The position after which the next page starts; `None` on the last page.
    pub next: Option<PictureId>,
}

/// Reads the rows of feeds and the pictures that they name. Any row can change between two calls.
/// The test `histories` of the function `index` implements this with a simulation.
#[expect(async_fn_in_trait, reason = "functions are single-threaded: no future needs to be Send")]
pub trait FeedTables {
    /// Reads a page of a feed, newest first, eventually consistent. The last page has fewer than
    /// `page.limit` rows.
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error>;
    /// Reads the pictures of these hints that `reader` (`None`: not signed in) can view. The keys
    /// must be distinct.
    async fn read_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error>;
}

/// Reads the Feeds table, and the tables that decide which of its pictures a reader can view.
#[derive(Clone, Debug)]
pub struct FeedReader {
    feeds: Feeds,
    access: AccessReader,
}

impl FeedReader {
    /// Opens the tables.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { feeds: Feeds::new(database), access: AccessReader::new(database) }
    }

    /// Returns the next newer and the next older ready picture of a feed that a visitor can view.
    /// Checks up to [`MAX_NEIGHBORS`] pictures on each side.
    pub async fn read_neighbors(
        &self,
        feed: FeedId,
        picture: PictureId,
    ) -> Result<(Option<PictureKey>, Option<PictureKey>), Error> {
        let older = PageRequest { limit: MAX_NEIGHBORS, after: Some(picture) };
        let newer = self.feeds.read_newer(feed, picture, MAX_NEIGHBORS);
        let (newer, older) = try_join(newer, self.feeds.read_page(feed, older)).await?;
        let hints: Vec<_> = newer.iter().chain(&older).map(|row| PictureHint::from(row.key)).collect();
        let visible = self.access.read_all_visible(None, &hints).await?;
        let is_ready =
            |key: &PictureKey| visible.get(key).is_some_and(|v| v.picture.state() == PictureState::Ready);
        let first = |rows: &[FeedRow]| rows.iter().map(|row| row.key).find(is_ready);
        Ok((first(&newer), first(&older)))
    }
}

impl FeedTables for FeedReader {
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.read_page(feed, page).await
    }

    async fn read_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        self.access.read_all_visible(reader, hints).await
    }
}

/// Reads the newest pictures of the public feed and, if `reader` is signed in, of their feed. Omits
/// the pictures of members whom the reader blocked.
pub async fn read_feed(
    tables: &impl FeedTables,
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
    tables: &impl FeedTables,
    feeds: &[FeedId],
    reader: Option<UserId>,
    page: PageRequest,
) -> Result<PicturePage, Error> {
    let hints = read_hints(tables, feeds, page).await?;
    let mut visible = tables.read_visible(reader, &hints).await?;
    let pictures = hints.iter().filter_map(|hint| visible.remove(&hint.key));
    let ready = pictures.filter(|visible| visible.picture.state() == PictureState::Ready);
    Ok(PicturePage { pictures: ready.collect(), next: page.next(&hints, |hint| hint.key.picture_id) })
}

/// Reads the newest rows of several feeds. Does not check whether a reader can view the pictures.
pub async fn read_hints(
    tables: &impl FeedTables,
    feeds: &[FeedId],
    page: PageRequest,
) -> Result<Vec<PictureHint>, Error> {
    let rows = try_join_all(feeds.iter().map(|feed| tables.read_rows(*feed, page))).await?;
    Ok(merge_newest(&rows, page.limit))
}

/// Returns the newest `limit` pictures of several pages, newest first and without duplicates.
/// Returns fewer than `limit` pictures only if no more follow.
///
/// Each page contains the newest rows of its feed, at most `limit`. If a page has `limit` rows, its
/// feed can contain more rows, which are older than the last row of the page. The returned pictures
/// are never older than that row.
///
/// A row that names an album takes precedence over a row of the same picture that does not: if the
/// picture becomes private between the read of the rows and the read of the picture, the album
/// still shows it.
fn merge_newest(pages: &[Vec<FeedRow>], limit: usize) -> Vec<PictureHint> {
    let mut hints: Vec<_> = pages.iter().flatten().map(FeedRow::hint).collect();
    let order = |hint: &PictureHint| (hint.key.picture_id, hint.key.owner_id, hint.via);
    hints.sort_unstable_by_key(|hint| std::cmp::Reverse(order(hint)));
    hints.dedup_by_key(|hint| hint.key);
    hints.truncate(limit);
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        AlbumId, AlbumRef, CameraFacts, ContentType, Picture, Relation, Rendition, Renditions, Visibility,
    };
    use proptest::prelude::*;
    use std::collections::BTreeSet;
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

    fn ready_picture(key: PictureKey) -> Picture {
        let size = Rendition { width: 4, height: 3, bytes: 100 };
        Picture {
            renditions: Some(Renditions { small: size.clone(), large: size }),
            metadata: Some(CameraFacts::default()),
            ..Picture::register(key, Visibility::Public, ContentType::Jpeg, 100)
        }
    }

    impl FeedTables for Vec<Row> {
        async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
            let rows = self.iter().rev().filter(|row| row.is_in(feed)).map(Row::key);
            let rows = rows.filter(|key| page.after.is_none_or(|after| key.picture_id < after));
            Ok(rows.take(page.limit).map(|key| FeedRow::direct(feed, key)).collect())
        }

        async fn read_visible(
            &self,
            _: Option<UserId>,
            hints: &[PictureHint],
        ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
            let is_named = |key: &PictureKey| hints.iter().any(|hint| hint.key == *key);
            let keys = self.iter().filter(|row| row.visible).map(Row::key).filter(is_named);
            let visible = |key| VisiblePicture::new(ready_picture(key), Relation::FRIEND);
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

    fn numbered_row(n: u128) -> FeedRow {
        let key = PictureKey { owner_id: UserId(Uuid::nil()), picture_id: PictureId(Uuid::from_u128(n)) };
        FeedRow::direct(FeedId::Public(0), key)
    }

    fn page_of(feed: &BTreeSet<u128>, before: Option<u128>, limit: usize) -> Vec<FeedRow> {
        feed.iter()
            .rev()
            .filter(|n| before.is_none_or(|b| **n < b))
            .take(limit)
            .map(|n| numbered_row(*n))
            .collect()
    }

    #[test]
    fn a_row_that_names_an_album_takes_precedence() {
        let via = Some(AlbumRef { album_id: AlbumId(Uuid::from_u128(1)), owner_id: UserId(Uuid::nil()) });
        let named = FeedRow { feed_id: FeedId::User(UserId(Uuid::nil())), via, ..numbered_row(1) };
        for pages in [[vec![named], vec![numbered_row(1)]], [vec![numbered_row(1)], vec![named]]] {
            assert_eq!(merge_newest(&pages, 2), [named.hint()]);
        }
    }

    proptest! {
        #[test]
        fn consecutive_pages_return_every_picture_once_newest_first(
            feeds in prop::collection::vec(prop::collection::btree_set(0u128..60, 0..40), 1..5),
            limit in 1usize..8,
        ) {
            let (mut seen, mut before) = (vec![], None);
            loop {
                let pages: Vec<_> = feeds.iter().map(|feed| page_of(feed, before, limit)).collect();
                let hints = merge_newest(&pages, limit);
                seen.extend(hints.iter().map(|hint| hint.key.picture_id.0.as_u128()));
                before = seen.last().copied();
                if hints.len() < limit {
                    break;
                }
            }
            let expected: Vec<_> = feeds.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().rev().collect();
            prop_assert_eq!(seen, expected);
        }
    }
}
