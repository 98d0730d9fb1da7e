//! Merges pages of several feeds into one.

use domain::{FeedRow, PictureKey};

/// Returns the newest `limit` pictures of several pages, newest first and without duplicates.
/// Returns fewer than `limit` pictures only if no more follow.
///
/// Each page contains the newest rows of its feed, at most `limit`. If a page has `limit` rows, its
/// feed can contain more rows, which are older than the last row of the page. The returned pictures
/// are never older than that row.
pub fn merge_newest(pages: &[Vec<FeedRow>], limit: usize) -> Vec<PictureKey> {
    let mut keys: Vec<_> = pages.iter().flatten().map(|row| row.key).collect();
    keys.sort_unstable_by_key(|key| std::cmp::Reverse((key.picture_id, key.owner_id)));
    keys.dedup();
    keys.truncate(limit);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{FeedId, PictureId, UserId};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn row(n: u128) -> FeedRow {
        let key = PictureKey { owner_id: UserId(Uuid::nil()), picture_id: PictureId(Uuid::from_u128(n)) };
        FeedRow { feed_id: FeedId::Public(0), key }
    }

    fn page(feed: &BTreeSet<u128>, before: Option<u128>, limit: usize) -> Vec<FeedRow> {
        feed.iter().rev().filter(|n| before.is_none_or(|b| **n < b)).take(limit).map(|n| row(*n)).collect()
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
                let keys = merge_newest(&pages, limit);
                seen.extend(keys.iter().map(|key| key.picture_id.0.as_u128()));
                before = seen.last().copied();
                if keys.len() < limit {
                    break;
                }
            }
            let expected: Vec<_> = feeds.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().rev().collect();
            prop_assert_eq!(seen, expected);
        }
    }
}
