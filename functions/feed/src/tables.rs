//! The tables that [`crate::page`] reads. The test `histories` of `index` replaces them with a
//! simulation.

use std::collections::BTreeMap;

use domain::{FeedId, FeedRow, FriendshipState, PageRequest, PictureHint, PictureKey, UserId};
use lambda::Error;
use store::VisiblePicture;

use crate::Context;

/// The feeds, and the pictures, friendships and albums that decide about their rows. Any row can
/// change between two calls.
#[expect(async_fn_in_trait, reason = "functions are single-threaded: no future needs to be Send")]
pub trait Tables {
    /// Reads a page of a feed, newest first, eventually consistent. The last page has fewer than
    /// `page.limit` rows.
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error>;
    /// Returns `true` if two members are friends.
    async fn are_friends(&self, reader: UserId, owner: UserId) -> Result<bool, Error>;
    /// Reads the pictures of these hints that `reader` (`None`: not signed in) can view. The keys
    /// must be distinct.
    async fn read_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error>;
}

impl Tables for Context {
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.read_page(feed, page).await
    }

    async fn are_friends(&self, reader: UserId, owner: UserId) -> Result<bool, Error> {
        let friendship = self.friendships.get(reader, owner).await?;
        Ok(friendship.is_some_and(|friendship| friendship.state == FriendshipState::Friends))
    }

    async fn read_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        self.access.read_all_visible(reader, hints).await
    }
}
