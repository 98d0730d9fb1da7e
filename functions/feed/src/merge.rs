//! Merges pages of several feeds into one.

use domain::{FeedRow, PictureHint};

/// Returns the newest `limit` pictures of several pages, newest first and without duplicates.
/// Returns fewer than `limit` pictures only if no more follow.
///
/// Each page contains the newest rows of its feed, at most `limit`. If a page has `limit` rows, its
/// feed can contain more rows, which are older than the last row of the page. The returned pictures
/// are never older than that row.
///
/// A row that names an album outweighs one that does not: the picture can become private between
/// the read of the rows and the read of the picture, but the album still shows it.
pub fn merge_newest(pages: &[Vec<FeedRow>], limit: usize) -> Vec<PictureHint> {
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
    use domain::{AlbumId, AlbumRef, FeedId, PictureId, PictureKey, UserId};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn row(n: u128) -> FeedRow {
        let key = PictureKey { owner_id: UserId(Uuid::nil()), picture_id: PictureId(Uuid::from_u128(n)) };
        FeedRow::direct(FeedId::Public(0), key)
    }

    fn page(feed: &BTreeSet<u128>, before: Option<u128>, limit: usize) -> Vec<FeedRow> {
        feed.iter().rev().filter(|n| before.is_none_or(|b| **n < b)).take(limit).map(|n| row(*n)).collect()
    }

    #[test]
    fn a_row_that_names_an_album_outweighs_one_that_does_not() {
        let via = Some(AlbumRef { album_id: AlbumId(Uuid::from_u128(1)), owner_id: UserId(Uuid::nil()) });
        let named = FeedRow { feed_id: FeedId::User(UserId(Uuid::nil())), via, ..row(1) };
        for pages in [[vec![named], vec![row(1)]], [vec![row(1)], vec![named]]] {
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
                let pages: Vec<_> = feeds.iter().map(|feed| page(feed, before, limit)).collect();
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
