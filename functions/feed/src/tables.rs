//! The tables that a page of a feed is read from. The test `histories` of `index` replaces them
//! with a simulation.

use std::collections::BTreeMap;

use domain::{FeedId, FeedRow, PageRequest, PictureKey, UserId};
use lambda::Error;
use store::VisiblePicture;

use crate::Context;

/// The feeds, and the pictures that their rows name. No two calls see the same moment: any record
/// can change between them.
#[expect(async_fn_in_trait, reason = "functions are single-threaded: no future needs to be Send")]
pub trait Tables {
    /// Reads a page of a feed, newest first, eventually consistent. The last page has fewer than
    /// `page.limit` rows.
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error>;
    /// Reads those of the pictures that `reader` (`None`: not signed in) may see. Keys must be
    /// distinct.
    async fn read_visible(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error>;
}

impl Tables for Context {
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.read_page(feed, page).await
    }

    async fn read_visible(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        self.access.read_all_visible(reader, keys).await
    }
}
