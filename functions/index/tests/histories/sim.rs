//! The tables as a worker or a reader meets them: each operation is a step, and between any two anything can happen.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use domain::PageRequest;
use domain::{FeedId, FeedRow, Picture, PictureId, PictureKey, Relation, UserId};
use lambda::Error;
use store::retry::retry_unprocessed;

use crate::world::World;

/// One worker's or reader's way to the tables.
#[derive(Clone)]
pub struct Sim {
    pub world: Rc<RefCell<World>>,
    pub chance: Rc<RefCell<fastrand::Rng>>,
    /// How many requests may still fail.
    pub failures: Rc<RefCell<u32>>,
    /// The truth when this work began.
    pub since: usize,
    /// Whether the reader's feeds hold rows of everything there ever was.
    pub junk: bool,
}

/// Lets others go first.
async fn step() {
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
    /// Items of a query, each read at a moment of its own: `next` finds the one after that.
    async fn page<T: Clone>(&self, limit: usize, next: impl Fn(&World, Option<&T>) -> Option<T>) -> Vec<T> {
        let mut page = Vec::<T>::new();
        while page.len() < limit {
            step().await;
            match next(&self.world.borrow(), page.last()) {
                Some(item) => page.push(item),
                None => break,
            }
        }
        page
    }

    /// Rows of a feed that are older than `after`, newest first.
    async fn rows_of(&self, feed: FeedId, page: PageRequest, junk: bool) -> Vec<FeedRow> {
        let next = |world: &World, last: Option<&FeedRow>| {
            let before = last.map(|row| row.key.picture_id).or(page.after);
            let all =
                world.registered.iter().filter(|_| junk).map(|key| FeedRow { feed_id: feed, key: *key });
            let rows = world.rows.iter().filter(|row| row.feed_id == feed).copied().chain(all);
            rows.filter(|row| before.is_none_or(|id| row.key.picture_id < id))
                .max_by_key(|row| row.key.picture_id)
        };
        self.page(page.limit, next).await
    }

    fn fails(&self) -> bool {
        let mut left = self.failures.borrow_mut();
        let fails = *left > 0 && self.chance.borrow_mut().u8(..) < 4;
        *left -= u32::from(fails);
        fails
    }

    fn apply(&self, row: FeedRow, put: bool) {
        let mut world = self.world.borrow_mut();
        if put {
            // Picture and friendship are read one after the other, so each may have been true at a moment of its own.
            let meanwhile = &world.truths[self.since..];
            let shared = meanwhile.iter().any(|truth| truth.shares(&row));
            let befriended = meanwhile.iter().any(|truth| truth.reaches(&row));
            assert!(shared && befriended, "a row was written that was not true during the work: {row:?}");
            world.put_row(row);
        } else {
            world.delete_row(row);
        }
    }
}

impl index::Records for Sim {
    const PICTURES: usize = 2;
    const FANNED_OUT: usize = 2;
    const MANY_READERS: usize = 1;
    const ROWS: usize = 3;

    async fn pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        let mut found = Vec::new();
        for key in keys {
            step().await;
            found.extend(self.world.borrow().now().pictures.get(key).cloned());
        }
        Ok(found)
    }

    async fn pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        let next = |world: &World, last: Option<&Picture>| {
            let before = last.map(|picture| picture.key.picture_id).or(page.after);
            let pictures = world.now().pictures.values().filter(|picture| picture.key.owner_id == owner);
            let older = pictures.filter(|picture| before.is_none_or(|id| picture.key.picture_id < id));
            older.max_by_key(|picture| picture.key.picture_id).cloned()
        };
        Ok(self.page(page.limit, next).await)
    }

    async fn all_pictures(
        &self,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<(Vec<Picture>, Option<PictureKey>), Error> {
        let next = |world: &World, last: Option<&Picture>| {
            let after = last.map(|picture| picture.key).or(after);
            world.now().pictures.values().find(|picture| after.is_none_or(|key| picture.key > key)).cloned()
        };
        let page = self.page(limit, next).await;
        let next = page.last().map(|picture| picture.key).filter(|_| page.len() == limit);
        Ok((page, next))
    }

    async fn friends(&self, user: UserId) -> Result<Vec<UserId>, Error> {
        let next = |world: &World, last: Option<&UserId>| {
            let mut friends =
                world.now().visible.iter().filter(|(id, _)| *id == user).map(|(_, friend)| *friend);
            friends.find(|friend| last.is_none_or(|last| friend > last))
        };
        Ok(self.page(usize::MAX, next).await)
    }

    async fn among(&self, pairs: &BTreeSet<(UserId, UserId)>) -> Result<BTreeSet<(UserId, UserId)>, Error> {
        let mut found = BTreeSet::new();
        for (reader, owner) in pairs {
            step().await;
            if self.world.borrow().now().visible.contains(&(*owner, *reader)) {
                found.insert((*reader, *owner));
            }
        }
        Ok(found)
    }

    async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        Ok(self.rows_of(feed, page, false).await)
    }

    async fn all_rows(
        &self,
        limit: usize,
        after: Option<FeedRow>,
    ) -> Result<(Vec<FeedRow>, Option<FeedRow>), Error> {
        let next = |world: &World, last: Option<&FeedRow>| {
            let after = last.copied().or(after);
            world.rows.iter().find(|row| after.is_none_or(|after| **row > after)).copied()
        };
        let page = self.page(limit, next).await;
        let next = page.last().copied().filter(|_| page.len() == limit);
        Ok((page, next))
    }

    /// As DynamoDB does: some are taken, the rest is handed back; each row at a moment of its own.
    async fn write(&self, wanted: &[FeedRow], unwanted: &[FeedRow]) -> Result<(), Error> {
        let wanted = wanted.iter().map(|row| (*row, true));
        let mut writes: Vec<_> = wanted.chain(unwanted.iter().map(|row| (*row, false))).collect();
        self.chance.borrow_mut().shuffle(&mut writes);
        retry_unprocessed(&writes, 2, async |_, mut batch: Vec<(FeedRow, bool)>| {
            step().await;
            if self.fails() {
                return Err("the table does not answer".into());
            }
            let taken = self.chance.borrow_mut().usize(1..=batch.len());
            let rest = batch.split_off(taken);
            for (row, put) in batch {
                self.apply(row, put);
                step().await;
            }
            Ok(rest)
        })
        .await
    }
}

impl feed::Records for Sim {
    async fn rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        Ok(self.rows_of(feed, page, self.junk).await)
    }

    async fn seen(
        &self,
        reader: Option<UserId>,
        keys: &[PictureKey],
    ) -> Result<BTreeMap<PictureKey, (Picture, Relation)>, Error> {
        step().await;
        let world = self.world.borrow();
        Ok(keys.iter().filter_map(|key| Some((*key, world.now().seen(reader, *key)?))).collect())
    }
}

/// Reads a feed from its beginning to its end, page by page.
pub async fn read(sim: &Sim, reader: Option<UserId>) -> Vec<(Picture, Relation)> {
    let mut seen = Vec::new();
    let mut after: Option<PictureId> = None;
    loop {
        let limit = sim.chance.borrow_mut().usize(1..5);
        let page = feed::page::of_feeds(sim, reader, PageRequest { limit, after }).await.unwrap();
        assert!(page.pictures.len() == limit || page.next.is_none(), "a page that goes on is full");
        seen.extend(page.pictures);
        after = page.next;
        if after.is_none() {
            return seen;
        }
    }
}
