//! The tables and their streams, and the brute-force answers.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::dynamodb::EventRecord;
use domain::{
    Audience, CameraFacts, ContentType, FeedId, FeedRow, Friendship, FriendshipState, Picture, PictureId,
    PictureKey, Relation, Rendition, Renditions, UserId, Visibility,
};
use index::Task;
use serde::Serialize;
use uuid::Uuid;

use crate::op::{Op, PEOPLE};

/// Person number `n`.
pub fn person(n: usize) -> UserId {
    UserId(Uuid::from_u128(1 + n as u128))
}

/// What is true at one moment.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub pictures: BTreeMap<PictureKey, Picture>,
    /// Both directions, as a transaction reads them.
    pub friends: BTreeSet<(UserId, UserId)>,
    /// The rows (user, friend) as other reads see them: those of one transaction appear one after the other.
    pub visible: BTreeSet<(UserId, UserId)>,
}

impl Truth {
    fn reader(&self, reader: Option<UserId>, owner: UserId) -> Relation {
        Relation::of(reader, owner, reader.is_some_and(|id| self.friends.contains(&(id, owner))))
    }

    /// The picture as that reader may see it, and what they are to its owner.
    pub fn seen(&self, reader: Option<UserId>, key: PictureKey) -> Option<(Picture, Relation)> {
        let reader = self.reader(reader, key.owner_id);
        let picture = self.pictures.get(&key).filter(|picture| picture.may_be_seen_by(reader))?;
        Some((picture.clone(), reader))
    }

    /// Whether the picture of a row is meant for that feed, if its reader is a friend.
    pub fn shares(&self, row: &FeedRow) -> bool {
        Audience::of(self.pictures.get(&row.key)).wants(row, true)
    }

    /// Whether the reader of that feed is the owner of the row's picture or a friend of theirs.
    pub fn reaches(&self, row: &FeedRow) -> bool {
        match row.feed_id {
            FeedId::User(reader) => {
                reader == row.key.owner_id || self.visible.contains(&(row.key.owner_id, reader))
            }
            FeedId::Public(_) => true,
        }
    }

    /// All rows that must be there.
    pub fn rows(&self) -> BTreeSet<FeedRow> {
        let rows = self.pictures.values().flat_map(|picture| {
            let owner = picture.key.owner_id;
            let friends: Vec<_> =
                (0..PEOPLE).map(person).filter(|id| self.friends.contains(&(*id, owner))).collect();
            Audience::of(Some(picture)).rows(picture.key, &friends)
        });
        rows.collect()
    }
}

/// A record of a stream, or a message of *Rebuild*.
#[derive(Clone, Debug)]
pub enum Event {
    Pictures(Box<EventRecord>),
    Friendships(Box<EventRecord>),
    Rows(Box<EventRecord>),
    Task(Task),
}

/// Everything.
#[derive(Debug, Default)]
pub struct World {
    /// Every truth there was; the last is now.
    pub truths: Vec<Truth>,
    pub rows: BTreeSet<FeedRow>,
    /// Not handled yet.
    pub events: Vec<Event>,
    /// All that ever happened.
    pub past: Vec<Event>,
    /// All pictures there ever were.
    pub registered: Vec<PictureKey>,
    deleted: BTreeSet<UserId>,
    /// What `cleanup` has yet to do.
    pub chores: Vec<Op>,
    /// Rows of friendships that are written and not visible yet, with what their stream will tell.
    pub invisible: Vec<((UserId, UserId), bool, Event)>,
}

fn record(
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
        Self { truths: vec![Truth::default()], ..Self::default() }
    }

    pub fn now(&self) -> &Truth {
        self.truths.last().unwrap()
    }

    pub fn emit(&mut self, event: Event) {
        self.past.push(event.clone());
        self.events.push(event);
    }

    /// A row comes or goes; an event only where that changes anything.
    pub fn put_row(&mut self, row: FeedRow) {
        if self.rows.insert(row) {
            self.emit(Event::Rows(record(row_key(&row), None::<FeedRow>, Some(row))));
        }
    }

    pub fn delete_row(&mut self, row: FeedRow) {
        if self.rows.remove(&row) {
            self.emit(Event::Rows(record(row_key(&row), Some(row), None::<FeedRow>)));
        }
    }

    /// The picture of that number, and how it is now.
    fn numbered(&self, n: usize) -> Option<(PictureKey, Option<Picture>)> {
        let key = *self.registered.get(n % self.registered.len().max(1))?;
        Some((key, self.now().pictures.get(&key).cloned()))
    }

    fn picture(&mut self, key: PictureKey, new: Option<Picture>) {
        let mut truth = self.now().clone();
        let old = match new.clone() {
            Some(picture) => truth.pictures.insert(key, picture),
            None => truth.pictures.remove(&key),
        };
        if old == new {
            return;
        }
        self.truths.push(truth);
        self.emit(Event::Pictures(record(key, old, new)));
    }

    fn change(&mut self, n: usize, change: impl FnOnce(&mut Picture)) {
        if let Some((key, Some(mut picture))) = self.numbered(n) {
            change(&mut picture);
            self.picture(key, Some(picture));
        }
    }

    /// Both directions in one transaction.
    fn friendships(&mut self, pairs: impl IntoIterator<Item = (UserId, UserId)>, friends: bool) {
        let mut truth = self.now().clone();
        let mut events = Vec::new();
        for (a, b) in pairs.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
            let changed = if friends { truth.friends.insert((a, b)) } else { truth.friends.remove(&(a, b)) };
            if changed {
                let row = |state| Friendship {
                    user_id: a,
                    friend_id: b,
                    state,
                    since: jiff::Timestamp::UNIX_EPOCH,
                };
                let full = row(FriendshipState::Friends);
                let (old, new) =
                    if friends { (row(FriendshipState::Invited), Some(full)) } else { (full, None) };
                let keys = BTreeMap::from([("userId", a), ("friendId", b)]);
                events.push(((a, b), friends, Event::Friendships(record(keys, Some(old), new))));
            }
        }
        if !events.is_empty() {
            self.truths.push(truth);
            self.invisible.extend(events);
        }
    }

    /// A row of a friendship becomes visible, number `n` or an earlier one of the same two.
    pub fn appear(&mut self, n: usize) {
        let pair = self.invisible[n].0;
        let first = self.invisible.iter().position(|(other, ..)| *other == pair).unwrap();
        let (pair, friends, event) = self.invisible.remove(first);
        let mut truth = self.now().clone();
        if friends {
            truth.visible.insert(pair)
        } else {
            truth.visible.remove(&pair)
        };
        self.truths.push(truth);
        self.emit(event);
    }

    /// Somebody does something; what cannot be done is refused.
    pub fn apply(&mut self, op: &Op) {
        let size = Rendition { width: 1, height: 1, bytes: 1 };
        let renditions = || Some(Renditions { small: size.clone(), large: size.clone() });
        match *op {
            Op::Create { owner, visibility } => self.create(person(owner), visibility),
            Op::Rendered { picture } => self.change(picture, |p| p.renditions = renditions()),
            Op::Examined { picture } => self.change(picture, |p| p.metadata = Some(CameraFacts::default())),
            Op::Ready { picture } => self.change(picture, |p| {
                p.renditions = renditions();
                p.metadata = Some(CameraFacts::default());
            }),
            Op::Failed { picture } => self.change(picture, |p| p.failure = Some("Not a picture.".into())),
            Op::Show { picture, visibility } => self.change(picture, |p| p.visibility = visibility),
            Op::Caption { picture } => self.change(picture, |p| {
                p.caption = Some(p.caption.take().unwrap_or_default() + "!");
            }),
            Op::Delete { picture } => {
                if let Some((key, Some(_))) = self.numbered(picture) {
                    self.picture(key, None);
                }
            }
            Op::Befriend(a, b) => {
                let (a, b) = (person(a), person(b));
                if a != b && !self.deleted.contains(&a) && !self.deleted.contains(&b) {
                    self.friendships([(a, b)], true);
                }
            }
            Op::Unfriend(a, b) => self.friendships([(person(a), person(b))], false),
            Op::DeleteAccount(n) => self.delete_account(n),
            Op::Rebuild(n) => self.emit(Event::Task(Task::User(person(n)))),
        }
    }

    fn create(&mut self, owner_id: UserId, visibility: Visibility) {
        if !self.deleted.contains(&owner_id) {
            let n = self.registered.len() as u128 + 1;
            // Later ids are greater; the last byte chooses the part of the public feed.
            let key = PictureKey { owner_id, picture_id: PictureId(Uuid::from_u128(n << 64 | n)) };
            self.registered.push(key);
            let mut picture = Picture::registered(key, visibility, ContentType::Jpeg, 1);
            picture.uploaded_at = jiff::Timestamp::UNIX_EPOCH;
            self.picture(key, Some(picture));
        }
    }

    /// The deletion is written in one go; what follows from it takes its time.
    fn delete_account(&mut self, n: usize) {
        let id = person(n);
        self.deleted.insert(id);
        let friends: Vec<_> =
            (0..PEOPLE).filter(|m| self.now().friends.contains(&(id, person(*m)))).collect();
        self.chores.extend(friends.into_iter().map(|m| Op::Unfriend(n, m)));
        let own = self.registered.iter().enumerate().filter(|(_, key)| key.owner_id == id);
        self.chores.extend(own.map(|(picture, _)| Op::Delete { picture }));
    }
}
