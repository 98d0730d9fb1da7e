//! Simulates the tables for one worker or reader. Any other worker, reader or action can run
//! between two operations on a table.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use domain::access::{album_access, can_view};
use domain::{
    Album, AlbumId, AlbumRelation, FeedId, FeedRow, Membership, PageRequest, Picture, PictureHint, PictureId,
    PictureKey, UserId,
};
use lambda::Error;
use rule_evaluator::Outcome;
use rule_language::{PictureFields, RuleError};
use store::feed_pages::{FeedTables, read_feed};
use store::retry::retry_unprocessed;
use store::{RuleChange, ViewedAlbum, VisiblePicture};

use crate::albums::{MAX_RULE_PICTURES, matches};
use crate::world::{Moment, World, row};

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
            let stale_row =
                |key| FeedRow { via: world.stale_via(feed_id, key), ..FeedRow::direct(feed_id, key) };
            let all = world.registered.iter().filter(|_| stale).map(|key| stale_row(*key));
            let rows = world.rows.iter().map(row).filter(|row| row.feed_id == feed_id).chain(all);
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
            // The worker reads each fact separately, so each can be of another moment.
            let meanwhile = world.moments[self.since..].iter();
            let facts = meanwhile.map(|moment| match (row.via, row.feed_id) {
                (None, _) => [moment.allows_row(&row), moment.reaches_reader(&row), true, true],
                (Some(via), FeedId::User(reader)) => moment.facts_of_album_row(reader, row.key, via),
                (Some(_), _) => [false; 4],
            });
            let known = facts.fold([false; 4], |known, facts| std::array::from_fn(|i| known[i] | facts[i]));
            assert_eq!(known, [true; 4], "wrote a row that no moments of the work allowed: {row:?}");
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
    const ALBUM_ROWS_PER_STEP: usize = 3;

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

    async fn read_albums(&self, ids: &[AlbumId]) -> Result<Vec<Album>, Error> {
        let mut found = Vec::new();
        for id in ids {
            yield_once().await;
            found.extend(self.world.borrow().now().albums.get(id).cloned());
        }
        Ok(found)
    }

    async fn list_albums_of(&self, keys: &[PictureKey]) -> Result<BTreeMap<PictureKey, Vec<AlbumId>>, Error> {
        let mut found = BTreeMap::new();
        for key in keys {
            let next = |world: &World, last: Option<&AlbumId>| {
                let now = world.now();
                let pairs = now.entries.keys().chain(&now.waiting);
                let albums = pairs.filter(|(_, other)| other == key).map(|(album, _)| *album);
                albums.filter(|album| last.is_none_or(|last| album > last)).min()
            };
            found.insert(*key, self.query(usize::MAX, next).await);
        }
        Ok(found)
    }

    async fn list_albums_of_member(&self, user: UserId) -> Result<Vec<AlbumId>, Error> {
        let next = |world: &World, last: Option<&AlbumId>| {
            let lists = world.now().touched.keys().filter(|(other, _)| *other == user);
            lists.map(|(_, album)| *album).find(|album| last.is_none_or(|last| album > last))
        };
        Ok(self.query(usize::MAX, next).await)
    }

    async fn list_members(&self, album: AlbumId) -> Result<Vec<UserId>, Error> {
        let next = |world: &World, last: Option<&UserId>| {
            let members = world.now().members.keys().filter(|(other, _)| *other == album);
            members.map(|(_, user)| *user).find(|user| last.is_none_or(|last| user > last))
        };
        Ok(self.query(usize::MAX, next).await)
    }

    async fn find_members(
        &self,
        pairs: &BTreeSet<(AlbumId, UserId)>,
    ) -> Result<BTreeSet<(AlbumId, UserId)>, Error> {
        let mut found = BTreeSet::new();
        for pair in pairs {
            yield_once().await;
            found.extend(Some(*pair).filter(|pair| self.world.borrow().now().members.contains_key(pair)));
        }
        Ok(found)
    }

    async fn find_entries(
        &self,
        pairs: &BTreeSet<(AlbumId, PictureKey)>,
    ) -> Result<BTreeSet<(AlbumId, PictureKey)>, Error> {
        let mut found = BTreeSet::new();
        for pair in pairs {
            yield_once().await;
            found.extend(Some(*pair).filter(|pair| self.world.borrow().now().entries.contains_key(pair)));
        }
        Ok(found)
    }

    async fn list_keys(
        &self,
        album: AlbumId,
        limit: usize,
        after: Option<PictureKey>,
    ) -> Result<Vec<PictureKey>, Error> {
        let next = |world: &World, last: Option<&PictureKey>| {
            let after = last.copied().or(after);
            let keys = world.now().entries.keys().filter(|(other, _)| *other == album);
            keys.map(|(_, key)| *key).find(|key| after.is_none_or(|after| *key > after))
        };
        Ok(self.query(limit, next).await)
    }

    async fn touch(&self, album: &Album, users: &[UserId]) -> Result<(), Error> {
        for user in users {
            yield_once().await;
            self.world.borrow_mut().touch(*user, album);
        }
        Ok(())
    }

    async fn set_taken(&self, album: AlbumId, picture: &Picture) -> Result<(), Error> {
        yield_once().await;
        self.world.borrow_mut().set_taken(album, picture);
        Ok(())
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
            let key = |row: FeedRow| (row.feed_id, row.key);
            world.rows.iter().map(row).find(|row| after.is_none_or(|after| key(*row) > key(after)))
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

impl smart_albums::Services for Sim {
    const MAX_PICTURES: u32 = MAX_RULE_PICTURES as u32;
    const PICTURES_PER_STEP: usize = 2;
    const PICTURES_PER_CHANGE: usize = 2;

    async fn read_album(&self, album: AlbumId) -> Result<Option<Album>, Error> {
        yield_once().await;
        Ok(self.world.borrow().now().albums.get(&album).cloned())
    }

    async fn list_smart_albums(&self, owner: UserId) -> Result<Vec<Album>, Error> {
        let ids = index::Tables::list_albums_of_member(self, owner).await?;
        let mut albums = index::Tables::read_albums(self, &ids).await?;
        albums.retain(|album| album.owner_id == owner && album.rule.is_some());
        Ok(albums)
    }

    async fn read_pictures(&self, keys: &[PictureKey]) -> Result<Vec<Picture>, Error> {
        index::Tables::read_pictures(self, keys).await
    }

    async fn read_pictures_of(&self, owner: UserId, page: PageRequest) -> Result<Vec<Picture>, Error> {
        index::Tables::read_pictures_of(self, owner, page).await
    }

    async fn filter_contained(
        &self,
        album: AlbumId,
        keys: &[PictureKey],
    ) -> Result<BTreeSet<PictureKey>, Error> {
        let pairs = keys.iter().map(|key| (album, *key)).collect();
        let found = index::Tables::find_entries(self, &pairs).await?;
        Ok(found.into_iter().map(|(_, key)| key).collect())
    }

    async fn list_oldest(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        let next = |world: &World, last: Option<&PictureKey>| {
            let keys = world.now().entries.keys().filter(|(id, key)| *id == album && key.owner_id == owner);
            keys.map(|(_, key)| *key).find(|key| last.is_none_or(|last| key > last))
        };
        Ok(self.query(limit, next).await)
    }

    async fn list_of_others(
        &self,
        album: AlbumId,
        owner: UserId,
        limit: usize,
    ) -> Result<Vec<PictureKey>, Error> {
        let next = |world: &World, last: Option<&PictureKey>| {
            let keys = world.now().entries.keys().filter(|(id, key)| *id == album && key.owner_id != owner);
            keys.map(|(_, key)| *key).find(|key| last.is_none_or(|last| key > last))
        };
        Ok(self.query(limit, next).await)
    }

    async fn evaluate(&self, rule: &str, pictures: Vec<PictureFields>) -> Result<Outcome, Error> {
        yield_once().await;
        let caption = |picture: &PictureFields| picture.caption.clone().map(String::from).unwrap_or_default();
        let mut matches: Vec<_> = pictures.iter().map(|picture| matches(rule, &caption(picture))).collect();
        // A slow rule has results for the first pictures only.
        if self.fails() {
            matches.truncate(self.rng.borrow_mut().usize(..matches.len()));
        }
        let error = RuleError { line: 1, column: 1, message: "The rule has an error.".into() };
        let error = matches.contains(&None).then_some(error);
        Ok(Outcome { evaluated: matches.len(), matches, error })
    }

    async fn apply(&self, album: &Album, change: &RuleChange) -> Result<bool, Error> {
        yield_once().await;
        if self.fails() {
            return Err("the request failed".into());
        }
        Ok(self.world.borrow_mut().apply_rule(album, change))
    }
}

impl FeedTables for Sim {
    async fn read_rows(&self, feed: FeedId, page: PageRequest) -> Result<Vec<FeedRow>, Error> {
        Ok(self.query_feed(feed, page, self.stale_rows).await)
    }

    /// Reads pictures, friendships and albums of one moment under the access policy, as
    /// [`store::AccessReader`] does.
    async fn read_visible(
        &self,
        reader: Option<UserId>,
        hints: &[PictureHint],
    ) -> Result<BTreeMap<PictureKey, VisiblePicture>, Error> {
        yield_once().await;
        let world = self.world.borrow();
        let now = world.now();
        let found = hints.iter().filter_map(|hint| {
            let picture = now.pictures.get(&hint.key)?.clone();
            let relation = now.relation(reader, hint.key.owner_id);
            let via = hint.via.and_then(|via| view_album(now, reader, via.album_id));
            let via = via.filter(|via| now.entries.contains_key(&(via.album.album_id, hint.key)));
            let relation = if via.is_some() { relation.with_album() } else { relation };
            Some(VisiblePicture { picture, relation, via: via.map(Box::new) })
        });
        let visible = found.filter(|found| can_view(&found.picture, found.relation));
        Ok(visible.map(|visible| (visible.picture.key, visible)).collect())
    }
}

impl feed::Tables for Sim {
    async fn are_friends(&self, reader: UserId, owner: UserId) -> Result<bool, Error> {
        yield_once().await;
        Ok(self.world.borrow().now().friend_rows.contains(&(reader, owner)))
    }
}

fn view_album(now: &Moment, reader: Option<UserId>, id: AlbumId) -> Option<ViewedAlbum> {
    let album = now.albums.get(&id)?.clone();
    let membership = reader.and_then(|user_id| {
        let role = *now.members.get(&(id, user_id))?;
        let since = jiff::Timestamp::UNIX_EPOCH;
        Some(Membership { album_id: id, user_id, role, added_by: user_id, since })
    });
    let friendship = reader.map(|reader| now.friendship(reader, album.owner_id));
    let relation = AlbumRelation::between(reader, &album, membership.as_ref(), friendship.as_ref());
    album_access(&album, relation).map(|access| ViewedAlbum { album, access })
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
    /// Returns `true` if the list could show a picture in this form at this moment.
    pub fn explains(self, moment: &Moment, shown: &VisiblePicture) -> bool {
        match self {
            Self::Feed(reader) => {
                moment.explains(reader, shown) && !moment.is_omitted(reader, shown.picture.key)
            }
            Self::PicturesOf { reader, .. } => shown.via.is_none() && moment.explains(Some(reader), shown),
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
                Self::Feed(reader) => read_feed(sim, reader, request).await,
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
