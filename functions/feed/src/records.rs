//! What a page of a feed is read from. The property test of the feeds puts a simulation in its place.

use std::collections::BTreeMap;

use domain::PageRequest;
use domain::{FeedId, FeedRow, Picture, PictureKey, Relation, UserId};
use lambda::Error;

use crate::Context;

/// The feeds, and the records that tell what their rows are worth. Each call is a step between which anything can happen.
#[expect(async_fn_in_trait, reason = "functions have one thread: nobody needs these futures to be Send")]
pub trait Records {
    /// A page of a feed, newest first; it may lag behind. Fewer than `page.limit` means that there are no more.
    async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error>;
    /// Those of the pictures that `reader` (`None`: somebody who is not signed in) may see at this moment, and what they are to
    /// their owners. Keys do not repeat.
    async fn seen(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, (Picture, Relation)>, Error>;
}

impl Records for Context {
    async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.page(feed, page).await
    }

    async fn seen(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, (Picture, Relation)>, Error> {
        self.access.all_of(reader, keys).await
    }
}
