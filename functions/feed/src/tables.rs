//! The tables of this function. The test `histories` of `index` replaces them with a simulation.

use std::collections::BTreeMap;

use domain::{FeedId, FeedRow, FriendshipState, PageRequest, PictureHint, PictureKey, UserId};
use lambda::Error;
use store::VisiblePicture;
use store::feed_pages::FeedTables;

use crate::Context;

/// The feeds, and the friendships that select one of them.
#[expect(async_fn_in_trait, reason = "functions are single-threaded: no future needs to be Send")]
pub trait Tables: FeedTables {
    /// Returns `true` if two members are friends.
    async fn are_friends(&self, reader: UserId, owner: UserId) -> Result<bool, Error>;
}

impl FeedTables for Context {
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.read_rows(feed, page).await
    }

    async fn read_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        self.feeds.read_visible(reader, hints).await
    }
}

impl Tables for Context {
    async fn are_friends(&self, reader: UserId, owner: UserId) -> Result<bool, Error> {
        let friendship = self.friendships.get(reader, owner).await?;
        Ok(friendship.is_some_and(|friendship| friendship.state == FriendshipState::Friends))
    }
}
