//! What the index reads and writes. The property test puts a simulation in its place.

use std::collections::BTreeSet;

use domain::PageRequest;
use domain::{FeedId, FeedRow, Picture, PictureKey, UserId};
use lambda::Error;
use store::{Feeds, Friendships, Pictures};

/// The records that feeds follow from, and the feeds. All reads are strongly consistent; each call is a step between which
/// anything can happen.
#[expect(async_fn_in_trait, reason = "functions have one thread: nobody needs these futures to be Send")]
pub trait Records {
    /// How many of one owner's pictures are gone through at a time where each is a row of one feed. What is left is another
    /// message: a friend with 20,000 pictures takes twenty of them, not a function that runs out of time.
    const PICTURES: usize = 1_000;
    /// How many pictures are gone through at a time where each has rows in all friends' feeds.
    const FANNED_OUT: usize = 100;
    /// Above how many readers of one owner's pictures the owner's friends are read as a list instead of one by one. A list is
    /// read at 30 friends for the price of one by itself; this many are a request either way.
    const MANY_READERS: usize = 100;
    /// How many rows of a feed are gone through at a time: what one request can bring.
    const ROWS: usize = 5_000;

    /// These pictures as they are now, in no order; those that are gone are left out.
    async fn pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error>;
    /// A page of one owner's pictures, newest first. Fewer than `page.limit` means that there are no more.
    async fn pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error>;
    /// A page of everybody's pictures, and where to read on.
    async fn all_pictures(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error>;
    /// A person's friends.
    async fn friends(&self, user: UserId) -> Result<Vec<UserId>, Error>;
    /// Which of these (reader, owner) are friends, by the owner's row.
    async fn among(&self, pairs: &BTreeSet<(UserId, UserId)>) -> Result<BTreeSet<(UserId, UserId)>, Error>;
    /// A page of a feed, newest first. Fewer than `page.limit` means that there are no more.
    async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error>;
    /// A page of all feeds' rows, and where to read on.
    async fn all_rows(
        &self,
        limit: usize,
        after: Option<FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error>;
    /// Writes `wanted` and deletes `unwanted`, in any order; all, or an error after any part of it.
    async fn write(&self, wanted: &[FeedRow], unwanted: &[FeedRow]) -> Result<(), Error>;
}

/// The tables.
#[derive(Debug)]
pub struct Context {
    /// The truth.
    pub pictures: Pictures,
    /// The truth.
    pub friendships: Friendships,
    /// What follows from it.
    pub feeds: Feeds,
}

impl Records for Context {
    async fn pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        self.pictures.get_all(keys).await
    }

    async fn pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        self.pictures.of_owner(owner, page).await
    }

    async fn all_pictures(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error> {
        self.pictures.scan(limit, after).await
    }

    async fn friends(&self, user: UserId) -> Result<Vec<UserId>, Error> {
        self.friendships.friends(user).await
    }

    async fn among(&self, pairs: &BTreeSet<(UserId, UserId)>) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        self.friendships.among(pairs).await
    }

    async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        self.feeds.rows_now(feed, page).await
    }

    async fn all_rows(
        &self,
        limit: usize,
        after: Option<FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error> {
        self.feeds.scan(limit, after.as_ref()).await
    }

    async fn write(&self, wanted: &[FeedRow], unwanted: &[FeedRow]) -> Result<(), Error> {
        self.feeds.write(wanted, unwanted).await
    }
}
