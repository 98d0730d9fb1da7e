//! The tables, their streams, and the expected feeds.
//!
//! The expectations are independent of `domain::access`: [`is_visible`] repeats the access policy,
//! so that the histories fail if the policy is wrong.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::dynamodb::EventRecord;
use domain::{
    ActivityEvent, Album, AlbumId, AlbumRef, AlbumRole, CameraFacts, ContentType, FeedId, FeedRow,
    Friendship, FriendshipState, Picture, PictureId, PictureKey, Relation, Rendition, Renditions, UserId,
    Visibility,
};
use index::Task;
use serde::Serialize;
use smart_albums::Step;
use store::VisiblePicture;
use uuid::Uuid;

use crate::op::{MEMBERS, Op};

/// Returns member number `n`.
pub fn member(n: usize) -> UserId {
    UserId(Uuid::from_u128(1 + n as u128))
}

/// The pictures, friendships and albums at one moment.
#[derive(Clone, Debug, Default)]
pub struct Moment {
    pub pictures: BTreeMap<PictureKey, Picture>,
    /// Both directions of each friendship, as a transaction reads them.
    pub friends: BTreeSet<(UserId, UserId)>,
    /// The rows (user, friend) as other reads see them. The two rows of one transaction become
    /// visible one after the other.
    pub friend_rows: BTreeSet<(UserId, UserId)>,
    /// The pairs (member, other) in which the member blocked the other.
    pub blocks: BTreeSet<(UserId, UserId)>,
    pub albums: BTreeMap<AlbumId, Album>,
    /// The members of albums, also of deleted ones.
    pub members: BTreeMap<(AlbumId, UserId), AlbumRole>,
    /// The pictures of albums, also of deleted ones, with their orders by time.
    pub entries: BTreeMap<(AlbumId, PictureKey), String>,
    /// The pictures that wait for approval.
    pub waiting: BTreeSet<(AlbumId, PictureKey)>,
    /// The times of the last changes of albums, in the lists of owners and members.
    pub touched: BTreeMap<(UserId, AlbumId), jiff::Timestamp>,
}

/// Returns `true` if both functions finished and neither failed.
pub fn is_ready(picture: &Picture) -> bool {
    picture.renditions.is_some() && picture.metadata.is_some() && picture.failure.is_none()
}

/// Returns `true` if a reader can view a picture. The owner can view it in any state. If it is
/// ready, friends of the owner can view it if the visibility is `friends`, and everyone can view it
/// if the visibility is `public`.
fn is_visible(picture: &Picture, is_owner: bool, is_friend: bool) -> bool {
    is_owner
        || is_ready(picture)
            && match picture.visibility {
                Visibility::Private => false,
                Visibility::Friends => is_friend,
                Visibility::Public => true,
            }
}

impl Moment {
    /// Returns the picture and the relation, if the reader can view the picture without an album.
    pub fn expect_visible(&self, reader: Option<UserId>, key: PictureKey) -> Option<VisiblePicture> {
        let is_owner = reader == Some(key.owner_id);
        let is_friend = reader.is_some_and(|reader| self.friends.contains(&(reader, key.owner_id)));
        let picture = self.pictures.get(&key).filter(|picture| is_visible(picture, is_owner, is_friend))?;
        let relation = self.relation(reader, key.owner_id);
        Some(VisiblePicture::new(picture.clone(), relation))
    }

    /// Returns the relation of a reader to an owner, from the row of the reader.
    pub fn relation(&self, reader: Option<UserId>, owner: UserId) -> Relation {
        let Some(member) = reader else { return Relation::STRANGER };
        Relation::between(reader, owner, Some(&self.friendship(member, owner)))
    }

    /// Returns the row of a member about another one.
    pub fn friendship(&self, member: UserId, owner: UserId) -> Friendship {
        let state = match () {
            () if self.blocks.contains(&(member, owner)) => FriendshipState::Blocked,
            () if self.friends.contains(&(member, owner)) => FriendshipState::Friends,
            () => FriendshipState::Unrelated,
        };
        let row = Friendship::new(member, owner, state, jiff::Timestamp::UNIX_EPOCH);
        let blocked_by_friend = self.blocks.contains(&(owner, member));
        Friendship { blocked_by_friend, ..row }
    }

    /// Returns `true` if the reader's feed must show the picture: the reader can view it without an
    /// album, or every album that can show it to them does. Feeds omit the pictures of members whom
    /// the reader blocked.
    pub fn must_show(&self, reader: Option<UserId>, key: PictureKey) -> bool {
        let by_album = reader.is_some_and(|reader| self.must_show_by_album(reader, key));
        let is_ready = self.pictures.get(&key).is_some_and(is_ready);
        is_ready && !self.is_omitted(reader, key) && (self.expect_visible(reader, key).is_some() || by_album)
    }

    /// Returns `true` if the reader's feed can show the picture, provided that the policy allows
    /// it. An album that the reader has not joined adds no picture to their feed.
    pub fn can_show(&self, reader: Option<UserId>, key: PictureKey) -> bool {
        let by_album = reader.is_some_and(|reader| !self.albums_showing(reader, key).is_empty());
        !self.is_omitted(reader, key) && (self.expect_visible(reader, key).is_some() || by_album)
    }

    /// Returns `true` if the reader blocked the owner of the picture, so that feeds omit it.
    pub fn is_omitted(&self, reader: Option<UserId>, key: PictureKey) -> bool {
        reader.is_some_and(|reader| self.blocks.contains(&(reader, key.owner_id)))
    }

    /// Returns the pictures of `owner` that a list of them must show to `reader`, another member,
    /// newest first: the ready pictures that the reader can view.
    pub fn expected_pictures_of(&self, owner: UserId, reader: UserId) -> Vec<VisiblePicture> {
        let expect =
            |key: PictureKey| self.expect_visible(Some(reader), key).filter(|_| key.owner_id == owner);
        let ready = self.pictures.values().filter(|picture| is_ready(picture));
        let mut list: Vec<_> = ready.filter_map(|picture| expect(picture.key)).collect();
        list.sort_by_key(|visible| std::cmp::Reverse(visible.picture.key.picture_id));
        list
    }

    /// Returns `true` if the feed can contain the row, which names no album, provided that its
    /// reader is the owner or a friend. Feeds contain only ready pictures. One shard of the public
    /// feed contains each public picture.
    pub fn allows_row(&self, row: &FeedRow) -> bool {
        let Some(picture) = self.pictures.get(&row.key).filter(|picture| is_ready(picture)) else {
            return false;
        };
        match row.feed_id {
            FeedId::User(reader) => is_visible(picture, reader == row.key.owner_id, true),
            FeedId::SharedOf(owner) => owner == row.key.owner_id && is_visible(picture, false, true),
            FeedId::PublicOf(owner) => owner == row.key.owner_id && is_visible(picture, false, false),
            FeedId::Public(_) => {
                let shard = FeedId::public_shard(row.key.picture_id);
                row.feed_id == shard && is_visible(picture, false, false)
            }
        }
    }

    /// Returns `true` if the feed has several readers, or if its reader is the owner of the picture
    /// or a friend of the owner in these rows (user, friend).
    fn reaches(row: &FeedRow, friend_rows: &BTreeSet<(UserId, UserId)>) -> bool {
        let owner = row.key.owner_id;
        match row.feed_id {
            FeedId::User(reader) => reader == owner || friend_rows.contains(&(owner, reader)),
            FeedId::SharedOf(_) | FeedId::PublicOf(_) | FeedId::Public(_) => true,
        }
    }

    /// Returns the same as [`Moment::reaches`] for reads outside of transactions.
    pub fn reaches_reader(&self, row: &FeedRow) -> bool {
        Self::reaches(row, &self.friend_rows)
    }

    /// Returns `true` if a row says the truth: that its feed requires it without an album, or that
    /// an album shows the picture.
    fn is_true(&self, row: &FeedRow) -> bool {
        match (row.via, row.feed_id) {
            (None, _) => self.allows_row(row) && Self::reaches(row, &self.friends),
            (Some(via), FeedId::User(reader)) => self.facts_of_album_row(reader, row.key, via) == [true; 4],
            (Some(_), _) => false,
        }
    }

    /// Asserts that the feeds contain exactly the expected pictures, and that each row is true.
    /// Checks every picture in every feed.
    pub fn assert_rows(&self, rows: &Rows) {
        let of_members = (0..MEMBERS)
            .flat_map(|n| [FeedId::User, FeedId::SharedOf, FeedId::PublicOf].map(|feed| feed(member(n))));
        let feeds: Vec<_> = of_members.chain(FeedId::public()).collect();
        for key in self.pictures.keys() {
            for feed in &feeds {
                let albums = match feed {
                    FeedId::User(reader) if self.pictures.get(key).is_some_and(is_ready) => {
                        self.albums_showing(*reader, *key).len()
                    }
                    _ => 0,
                };
                let expected = self.is_true(&FeedRow::direct(*feed, *key)) || albums > 0;
                assert_eq!(rows.contains_key(&(*feed, *key)), expected, "a row of {key} in {feed}");
            }
        }
        for row in rows.iter().map(row) {
            assert!(self.is_true(&row), "a wrong row: {row:?}");
        }
    }
}

/// The Feeds table.
pub type Rows = BTreeMap<(FeedId, PictureKey), Option<AlbumRef>>;

/// Returns a row of the Feeds table.
pub fn row((key, via): (&(FeedId, PictureKey), &Option<AlbumRef>)) -> FeedRow {
    FeedRow { via: *via, ..FeedRow::direct(key.0, key.1) }
}

/// A stream record, an activity, or a message of *Rebuild* or *SmartAlbums*.
#[derive(Clone, Debug)]
pub enum Event {
    Picture(Box<EventRecord>),
    Friendship(Box<EventRecord>),
    Album(Box<EventRecord>),
    Row(Box<EventRecord>),
    Task(Task),
    Activity(ActivityEvent),
    Step(Step),
}

/// The tables, their history and the pending events.
#[derive(Debug, Default)]
pub struct World {
    /// All moments so far; the last one is the present.
    pub moments: Vec<Moment>,
    /// The Feeds table.
    pub rows: Rows,
    /// Events that are not handled yet.
    pub events: Vec<Event>,
    /// All events so far.
    pub past_events: Vec<Event>,
    /// All pictures so far, deleted ones included.
    pub registered: Vec<PictureKey>,
    /// All albums so far, deleted ones included.
    pub created: Vec<AlbumRef>,
    pub deleted_accounts: BTreeSet<UserId>,
    /// The pending actions of `cleanup`.
    pub cleanups: Vec<Op>,
    /// Changes of friendship rows that are committed but not visible to single reads yet, with
    /// their events.
    pub delayed: Vec<DelayedRow>,
}

/// A committed change of a friendship row that single reads do not see yet.
#[derive(Debug)]
pub struct DelayedRow {
    pair: (UserId, UserId),
    friends: bool,
    event: Event,
}

pub fn record(
    keys: impl Serialize,
    old: Option<impl Serialize>,
    new: Option<impl Serialize>,
) -> Box<EventRecord> {
    let mut record = EventRecord::default();
    let name = match (&old, &new) {
        (None, _) => "INSERT",
        (_, None) => "REMOVE",
        _ => "MODIFY",
    };
    record.event_name = name.into();
    record.change.keys = serde_dynamo::to_item(keys).unwrap();
    record.change.old_image = old.map(|image| serde_dynamo::to_item(image).unwrap()).unwrap_or_default();
    record.change.new_image = new.map(|image| serde_dynamo::to_item(image).unwrap()).unwrap_or_default();
    Box::new(record)
}

fn row_key(row: &FeedRow) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("feedId", row.feed_id.to_string()), ("pictureId", row.key.picture_id.to_string())])
}

impl World {
    pub fn new() -> Self {
        Self { moments: vec![Moment::default()], ..Self::default() }
    }

    pub fn now(&self) -> &Moment {
        self.moments.last().unwrap()
    }

    pub fn emit(&mut self, event: Event) {
        self.past_events.push(event.clone());
        self.events.push(event);
    }

    /// Writes a row of a feed. Only a change emits an event.
    pub fn put_row(&mut self, new: FeedRow) {
        let old = self.rows.insert((new.feed_id, new.key), new.via);
        let old = old.map(|via| FeedRow { via, ..new });
        if old != Some(new) {
            self.emit(Event::Row(record(row_key(&new), old, Some(new))));
        }
    }

    /// Deletes a row of a feed. Only a change emits an event.
    pub fn delete_row(&mut self, row: FeedRow) {
        if let Some(via) = self.rows.remove(&(row.feed_id, row.key)) {
            let old = FeedRow { via, ..row };
            self.emit(Event::Row(record(row_key(&old), Some(old), None::<FeedRow>)));
        }
    }

    /// Returns the key and the current state of picture number `n`.
    pub fn find_picture(&self, n: usize) -> Option<(PictureKey, Option<Picture>)> {
        let key = *self.registered.get(n % self.registered.len().max(1))?;
        Some((key, self.now().pictures.get(&key).cloned()))
    }

    /// Writes a picture, or deletes it (`None`).
    fn put_picture(&mut self, key: PictureKey, new: Option<Picture>) {
        let mut moment = self.now().clone();
        let old = match new.clone() {
            Some(picture) => moment.pictures.insert(key, picture),
            None => moment.pictures.remove(&key),
        };
        if old == new {
            return;
        }
        self.moments.push(moment);
        let activity = activity::pictures::derive_event(old.as_ref(), new.as_ref());
        self.emit(Event::Picture(record(key, old, new)));
        if let Some(
            activity @ (ActivityEvent::PictureReady { .. }
            | ActivityEvent::PictureChanged { .. }
            | ActivityEvent::PictureRemoved { .. }),
        ) = activity
        {
            self.emit(Event::Activity(activity));
        }
    }

    fn update_picture(&mut self, n: usize, update: impl FnOnce(&mut Picture)) {
        if let Some((key, Some(mut picture))) = self.find_picture(n) {
            update(&mut picture);
            self.put_picture(key, Some(picture));
        }
    }

    /// Begins or ends a friendship, both directions in one transaction. Single reads see the rows
    /// later.
    fn set_friends(&mut self, a: UserId, b: UserId, friends: bool) {
        let mut moment = self.now().clone();
        let mut rows = Vec::new();
        for (a, b) in [(a, b), (b, a)] {
            let changed = match friends {
                true => moment.friends.insert((a, b)),
                false => moment.friends.remove(&(a, b)),
            };
            if changed {
                let row = |state| Friendship::new(a, b, state, jiff::Timestamp::UNIX_EPOCH);
                let accepted = row(FriendshipState::Friends);
                let (old, new) = match friends {
                    true => (row(FriendshipState::Invited), Some(accepted)),
                    false => (accepted, None),
                };
                let keys = BTreeMap::from([("userId", a), ("friendId", b)]);
                let event = Event::Friendship(record(keys, Some(old), new));
                rows.push(DelayedRow { pair: (a, b), friends, event });
            }
        }
        if !rows.is_empty() {
            self.moments.push(moment);
            self.delayed.extend(rows);
        }
    }

    /// Adds a block and ends the friendship, both directions in one transaction.
    fn block(&mut self, a: UserId, b: UserId) {
        let mut moment = self.now().clone();
        if !moment.blocks.insert((a, b)) {
            return;
        }
        for (user, other, new) in [(a, b, FriendshipState::Blocked), (b, a, FriendshipState::Unrelated)] {
            let row = |state| Friendship::new(user, other, state, jiff::Timestamp::UNIX_EPOCH);
            let old = match moment.friends.remove(&(user, other)) {
                true => Some(row(FriendshipState::Friends)),
                false => None,
            };
            let keys = BTreeMap::from([("userId", user), ("friendId", other)]);
            let event = Event::Friendship(record(keys, old, Some(row(new))));
            self.delayed.push(DelayedRow { pair: (user, other), friends: false, event });
        }
        self.moments.push(moment);
    }

    fn unblock(&mut self, a: UserId, b: UserId) {
        let mut moment = self.now().clone();
        if moment.blocks.remove(&(a, b)) {
            self.moments.push(moment);
        }
    }

    /// Makes delayed change number `n` visible, or an earlier change of the same row if there is
    /// one.
    pub fn reveal(&mut self, n: usize) {
        let pair = self.delayed[n].pair;
        let first = self.delayed.iter().position(|row| row.pair == pair).unwrap();
        let DelayedRow { pair, friends, event } = self.delayed.remove(first);
        let mut moment = self.now().clone();
        if friends {
            moment.friend_rows.insert(pair)
        } else {
            moment.friend_rows.remove(&pair)
        };
        self.moments.push(moment);
        self.emit(event);
    }

    /// Applies an action. An impossible action has no effect.
    pub fn apply(&mut self, op: &Op) {
        let size = Rendition { width: 1, height: 1, bytes: 1 };
        let renditions = || Some(Renditions { small: size.clone(), large: size.clone() });
        match *op {
            Op::Register { owner, visibility } => self.register(member(owner), visibility),
            Op::AddRenditions { picture } => self.update_picture(picture, |p| p.renditions = renditions()),
            Op::AddMetadata { picture } => {
                self.update_picture(picture, |p| p.metadata = Some(CameraFacts::default()))
            }
            Op::MakeReady { picture } => self.update_picture(picture, |p| {
                p.renditions = renditions();
                p.metadata = Some(CameraFacts::default());
            }),
            Op::Fail { picture } => {
                self.update_picture(picture, |p| p.failure = Some("Not a picture.".into()))
            }
            Op::SetVisibility { picture, visibility } => {
                self.update_picture(picture, |p| p.visibility = visibility)
            }
            Op::EditCaption { picture } => self.update_picture(picture, |p| {
                p.caption = Some(p.caption.take().unwrap_or_default() + "!");
            }),
            Op::Delete { picture } => {
                if let Some((key, Some(_))) = self.find_picture(picture) {
                    self.cleanups.extend(self.removals_of(key));
                    self.put_picture(key, None);
                }
            }
            Op::Befriend(a, b) => {
                let (a, b) = (member(a), member(b));
                let (deleted, blocks) = (&self.deleted_accounts, &self.now().blocks);
                let is_blocked = blocks.contains(&(a, b)) || blocks.contains(&(b, a));
                if a != b && !is_blocked && !deleted.contains(&a) && !deleted.contains(&b) {
                    self.set_friends(a, b, true);
                }
            }
            Op::Unfriend(a, b) => self.set_friends(member(a), member(b), false),
            Op::Block(a, b) if a != b => self.block(member(a), member(b)),
            Op::Block(..) => {}
            Op::Unblock(a, b) => self.unblock(member(a), member(b)),
            Op::DeleteAccount(n) => self.delete_account(n),
            Op::Rebuild(n) => self.emit(Event::Task(Task::User(member(n)))),
            Op::Retake { picture, second } => self.update_picture(picture, |p| {
                let taken = jiff::Timestamp::from_second(second).unwrap();
                p.taken_at = Some(taken.to_string().parse().unwrap());
            }),
            _ => self.apply_to_album(op),
        }
    }

    fn register(&mut self, owner_id: UserId, visibility: Visibility) {
        if !self.deleted_accounts.contains(&owner_id) {
            let n = self.registered.len() as u128 + 1;
            // Ids increase; the last byte selects the shard of the public feed.
            let key = PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(n << 64 | n)) };
            self.registered.push(key);
            let mut picture = Picture::register(key, visibility, ContentType::Jpeg, 1);
            picture.uploaded_at = jiff::Timestamp::UNIX_EPOCH;
            self.put_picture(key, Some(picture));
        }
    }

    /// Deletes an account at once; `cleanup` deletes its data later.
    fn delete_account(&mut self, n: usize) {
        let id = member(n);
        self.deleted_accounts.insert(id);
        let friends: Vec<_> =
            (0..MEMBERS).filter(|m| self.now().friends.contains(&(id, member(*m)))).collect();
        self.cleanups.extend(friends.into_iter().map(|m| Op::Unfriend(n, m)));
        let own = self.registered.iter().enumerate().filter(|(_, key)| key.owner_id == id);
        self.cleanups.extend(own.map(|(picture, _)| Op::Delete { picture }));
        self.cleanups.extend(self.removals_of_member(n));
    }
}
