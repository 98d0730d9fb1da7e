//! Simulates the tables for one worker or reader. Any other worker, reader or action can run
//! between two operations on a table.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use domain::access::can_view;
use domain::{FeedId, FeedRow, PageRequest, Picture, PictureId, PictureKey, UserId};
use lambda::Error;
use store::VisiblePicture;
use store::retry::retry_unprocessed;

use crate::world::{Moment, World};

/// The maximum number of rows of a batch.
const MAX_WRITES: usize = 2;

/// The view of one worker or reader on the tables.
#[derive(Clone)]
pub struct Sim {
    pub world: Rc<RefCell<World>>,
    pub rng: Rc<RefCell<fastrand::Rng>>,
    /// The number of requests that can still fail.
    pub failures: Rc<RefCell<u32>>,
    /// The index of the moment at which the work began.
    pub since: usize,
    /// Whether the reader's feeds contain rows of all pictures that were ever registered.
    pub stale_rows: bool,
}

/// Yields to other workers and readers once.
async fn yield_once() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Sim {
    /// Reads the items of a query, each at another moment. `next` finds the item that follows the
    /// given item.
    async fn query<T: Clone>(&self, limit: usize, next: impl Fn(&World, Option<&T>) -> Option<T>) -> Vec<T> {
        let mut page = Vec::<T>::new();
        while page.len() < limit {
            yield_once().await;
            match next(&self.world.borrow(), page.last()) {
                Some(item) => page.push(item),
                None => break,
            }
        }
        page
    }

    /// Reads a page of a feed, newest first, with stale rows of all pictures if `stale` is set.
    async fn query_feed(&self, feed_id: FeedId, page: PageRequest, stale: bool) -> Vec<FeedRow> {
        let next = |world: &World, last: Option<&FeedRow>| {
            let before = last.map(|row| row.key.picture_id).or(page.after);
            let all = world.registered.iter().filter(|_| stale).map(|key| FeedRow { feed_id, key: *key });
            let rows = world.rows.iter().filter(|row| row.feed_id == feed_id).copied().chain(all);
            rows.filter(|row| before.is_none_or(|id| row.key.picture_id < id))
                .max_by_key(|row| row.key.picture_id)
        };
        self.query(page.limit, next).await
    }

    fn fails(&self) -> bool {
        let mut remaining = self.failures.borrow_mut();
        let fails = *remaining > 0 && self.rng.borrow_mut().u8(..) < 4;
        *remaining -= u32::from(fails);
        fails
    }

    /// Writes a batch as DynamoDB does. Processes some of the rows, each at another moment, and
    /// returns the unprocessed rows.
    async fn write_batch(&self, mut batch: Vec<(FeedRow, bool)>) -> Result<Vec<(FeedRow, bool)>, Error> {
        yield_once().await;
        if self.fails() {
            return Err("the request failed".into());
        }
        let processed = self.rng.borrow_mut().usize(1..=batch.len());
        let unprocessed = batch.split_off(processed);
        for (row, put) in batch {
            self.write_row(row, put);
            yield_once().await;
        }
        Ok(unprocessed)
    }

    fn write_row(&self, row: FeedRow, put: bool) {
        let mut world = self.world.borrow_mut();
        if put {
            // The worker reads picture and friendship separately, so each can be of another moment.
            let meanwhile = &world.moments[self.since..];
            let allowed = meanwhile.iter().any(|moment| moment.allows_row(&row));
            let reached = meanwhile.iter().any(|moment| moment.reaches_reader(&row));
            assert!(allowed && reached, "wrote a row that no moment of the work allowed: {row:?}");
            world.put_row(row);
        } else {
            world.delete_row(row);
        }
    }
}

impl index::Tables for Sim {
    const FRIEND_PICTURES_PER_STEP: usize = 2;
    const PICTURES_PER_STEP: usize = 2;
    const MAX_SINGLE_READS: usize = 1;
    const ROWS_PER_STEP: usize = 3;

    async fn read_pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        let mut found = Vec::new();
        for key in keys {
            yield_once().await;
            found.extend(self.world.borrow().now().pictures.get(key).cloned());
        }
        Ok(found)
    }

    async fn read_pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        let next = |world: &World, last: Option<&Picture>| {
            let before = last.map(|picture| picture.key.picture_id).or(page.after);
            let pictures = world.now().pictures.values().filter(|picture| picture.key.owner_id == owner);
            let older = pictures.filter(|picture| before.is_none_or(|id| picture.key.picture_id < id));
            older.max_by_key(|picture| picture.key.picture_id).cloned()
        };
        Ok(self.query(page.limit, next).await)
    }

    async fn scan_pictures(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error> {
        let next = |world: &World, last: Option<&Picture>| {
            let after = last.map(|picture| picture.key).or(after);
            world.now().pictures.values().find(|picture| after.is_none_or(|key| picture.key > key)).cloned()
        };
        let page = self.query(limit, next).await;
        let next = page.last().map(|picture| picture.key).filter(|_| page.len() == limit);
        Ok((page, next))
    }

    async fn list_friends(&self, user: UserId) -> Result<Vec<UserId>, Error> {
        let next = |world: &World, last: Option<&UserId>| {
            let rows = world.now().friend_rows.iter().filter(|(id, _)| *id == user);
            rows.map(|(_, friend)| *friend).find(|friend| last.is_none_or(|last| friend > last))
        };
        Ok(self.query(usize::MAX, next).await)
    }

    async fn find_friends(
        &self,
        pairs: &BTreeSet<(UserId, UserId)>,
    ) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        let mut found = BTreeSet::new();
        for (reader, owner) in pairs {
            yield_once().await;
            if self.world.borrow().now().friend_rows.contains(&(*owner, *reader)) {
                found.insert((*reader, *owner));
            }
        }
        Ok(found)
    }

    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        Ok(self.query_feed(feed, page, false).await)
    }

    async fn scan_rows(
        &self,
        limit: usize,
        after: Option<FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error> {
        let next = |world: &World, last: Option<&FeedRow>| {
            let after = last.copied().or(after);
            world.rows.iter().find(|row| after.is_none_or(|after| **row > after)).copied()
        };
        let page = self.query(limit, next).await;
        let next = page.last().copied().filter(|_| page.len() == limit);
        Ok((page, next))
    }

    /// Writes concurrent batches, as [`store::Feeds`] does, with the rows in random order.
    async fn write_rows(&self, puts: &[FeedRow], deletes: &[FeedRow]) -> Result<(), Error> {
        let puts = puts.iter().map(|row| (*row, true));
        let mut writes: Vec<_> = puts.chain(deletes.iter().map(|row| (*row, false))).collect();
        self.rng.borrow_mut().shuffle(&mut writes);
        retry_unprocessed(&writes, MAX_WRITES, async |_, batch| self.write_batch(batch).await).await
    }
}

impl feed::Tables for Sim {
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        Ok(self.query_feed(feed, page, self.stale_rows).await)
    }

    async fn are_friends(&self, reader: UserId, owner: UserId) -> Result<bool, Error> {
        yield_once().await;
        Ok(self.world.borrow().now().friend_rows.contains(&(reader, owner)))
    }

    /// Reads pictures and friendships of one moment under the access policy, as
    /// [`store::AccessReader`] does.
    async fn read_visible(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        yield_once().await;
        let world = self.world.borrow();
        let now = world.now();
        let pictures = keys.iter().filter_map(|key| now.pictures.get(key));
        let found = pictures.map(|picture| {
            let relation = now.relation(reader, picture.key.owner_id);
            VisiblePicture { picture: picture.clone(), relation }
        });
        let visible = found.filter(|found| can_view(&found.picture, found.relation));
        Ok(visible.map(|visible| (visible.picture.key, visible)).collect())
    }
}

/// A list of pictures that `feed` returns page by page.
#[derive(Clone, Copy, Debug)]
pub enum List {
    /// The feed of a member, or the public feed for a visitor (`None`).
    Feed(Option<UserId>),
    /// The pictures of an owner for another member.
    PicturesOf { owner: UserId, reader: UserId },
}

impl List {
    /// Returns a picture as the list shows it at this moment, if its reader could see it.
    pub fn expect_in(self, moment: &Moment, key: PictureKey) -> Option<VisiblePicture> {
        match self {
            Self::Feed(reader) => moment.expect_in_feed(reader, key),
            Self::PicturesOf { reader, .. } => moment.expect_visible(Some(reader), key),
        }
    }

    /// Reads the list from its first to its last page, with random limits.
    pub async fn read(self, sim: &Sim) -> Vec<VisiblePicture> {
        let mut pictures = Vec::new();
        let mut after: Option<PictureId> = None;
        loop {
            let limit = sim.rng.borrow_mut().usize(1..5);
            let request = PageRequest { limit, after };
            let page = match self {
                Self::Feed(reader) => feed::page::read_feed(sim, reader, request).await,
                Self::PicturesOf { owner, reader } => {
                    feed::member::read_shared(sim, reader, owner, request).await
                }
            };
            let page = page.unwrap();
            assert!(page.pictures.len() <= limit, "a page exceeds its limit");
            pictures.extend(page.pictures);
            after = page.next;
            if after.is_none() {
                return pictures;
            }
        }
    }
}
