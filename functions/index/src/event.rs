//! What the streams say: which pictures, friendships and rows changed. One batch is of one stream; the keys say of which.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::dynamodb::{self, EventRecord};
use domain::{Audience, FeedRow, Friendship, FriendshipState, Picture, PictureKey, UserId};
use lambda::Error;
use lambda::events::Failures;
use serde::Deserialize;
use serde_dynamo::Item;

use crate::pictures::Change;
use crate::rows::Happened;
use crate::{Records, Task, friendships, pictures, rows};

/// A batch of a stream, each thing once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Pictures, and between which audiences they moved.
    pub pictures: BTreeMap<PictureKey, Change>,
    /// Readers and owners who became friends.
    pub began: BTreeSet<(UserId, UserId)>,
    /// Readers, and the owners who ceased to be their friends.
    pub ended: BTreeMap<UserId, BTreeSet<UserId>>,
    /// Rows that came or went.
    pub rows: BTreeSet<(FeedRow, Happened)>,
}

/// The key of a record, by which the table is known.
#[derive(Deserialize)]
#[serde(untagged)]
enum Key {
    Picture(PictureKey),
    Friendship {
        #[serde(rename = "userId")]
        user_id: UserId,
        #[serde(rename = "friendId")]
        friend_id: UserId,
    },
    Row {
        #[serde(rename = "feedId")]
        _feed_id: String,
    },
}

impl Changes {
    /// Reads a batch.
    ///
    /// # Errors
    /// A record of another table.
    pub fn read(event: dynamodb::Event) -> Result<Self, Error> {
        let mut changes = Self::default();
        for record in event.records {
            changes.add(record)?;
        }
        changes.pictures.retain(|_, change| !change.is_nothing());
        Ok(changes)
    }

    fn add(&mut self, record: EventRecord) -> Result<(), Error> {
        let (old, new) = (record.change.old_image, record.change.new_image);
        match serde_dynamo::from_item(record.change.keys)? {
            Key::Picture(key) => {
                let change = picture_change(old, new);
                self.pictures.entry(key).and_modify(|known| *known = known.and(change)).or_insert(change);
            }
            Key::Friendship { user_id, friend_id } => {
                // The owner's row decides, here and wherever the index asks who is a friend: the two rows of a friendship are
                // written at once, but need not be seen at once.
                let (owner, reader) = (user_id, friend_id);
                let (before, after) = were_friends(old, new);
                if after {
                    self.began.insert((reader, owner));
                }
                if before {
                    self.ended.entry(reader).or_default().insert(owner);
                }
            }
            Key::Row { .. } => match record.event_name.as_str() {
                "INSERT" => _ = self.rows.insert((serde_dynamo::from_item(new)?, Happened::Came)),
                "REMOVE" => _ = self.rows.insert((serde_dynamo::from_item(old)?, Happened::Went)),
                _ => {}
            },
        }
        Ok(())
    }

    /// Makes the feeds follow, as far as one step goes, and says what is to follow. Does all it can, then fails if anything failed.
    ///
    /// # Errors
    /// [`Failures`].
    pub async fn follow(self, records: &impl Records) -> Result<Vec<Task>, Error> {
        let mut rest = Vec::new();
        let mut failures = Failures::default();
        if !self.pictures.is_empty() {
            failures.note("pictures", pictures::reconcile(records, self.pictures).await);
        }
        for (reader, owners) in self.ended {
            let task = failures.note(reader, friendships::leave(records, reader, Some(owners), None).await);
            rest.extend(task.flatten());
        }
        for (reader, owner) in self.began {
            let task = failures.note(reader, friendships::enter(records, reader, owner, None).await);
            rest.extend(task.flatten());
        }
        failures.note("rows", rows::verify(records, &self.rows).await);
        failures.into_result().map(|()| rest)
    }
}

/// Without images, or with one that cannot be read, anything may have happened.
fn picture_change(old: Item, new: Item) -> Change {
    if old.is_empty() && new.is_empty() {
        return Change::ANY;
    }
    match (audience(old), audience(new)) {
        (Some(before), Some(after)) => Change::between(before, after),
        _ => Change::ANY,
    }
}

fn audience(image: Item) -> Option<Audience> {
    if image.is_empty() {
        return Some(Audience::Nobody);
    }
    serde_dynamo::from_item::<_, Picture>(image).ok().map(|picture| Audience::of(Some(&picture)))
}

/// Whether they were friends before, and after. A request that is made or withdrawn concerns no feed. Without images, or with one
/// that cannot be read, anything may have happened.
fn were_friends(old: Item, new: Item) -> (bool, bool) {
    if old.is_empty() && new.is_empty() {
        return (true, true);
    }
    let friends = |image: Item| {
        let friendship = (!image.is_empty()).then(|| serde_dynamo::from_item::<_, Friendship>(image));
        friendship
            .is_some_and(|read| read.map_or(true, |friendship| friendship.state == FriendshipState::Friends))
    };
    (friends(old), friends(new))
}
