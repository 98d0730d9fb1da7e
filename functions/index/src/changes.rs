//! The changes that a batch of a stream contains.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::dynamodb::{self, EventRecord};
use domain::{Audience, FeedRow, Friendship, FriendshipState, Picture, PictureKey, UserId};
use lambda::Error;
use lambda::events::Failures;
use serde::Deserialize;
use serde_dynamo::Item;

use crate::pictures::AudienceChange;
use crate::rows::RowChange;
use crate::{Tables, Task, friendships, pictures, rows};

/// The changes of a batch, without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The pictures whose audience changed.
    pub pictures: BTreeMap<PictureKey, AudienceChange>,
    /// The pairs (reader, owner) that became friends.
    pub new_friends: BTreeSet<(UserId, UserId)>,
    /// For each reader the owners who are no longer friends.
    pub former_friends: BTreeMap<UserId, BTreeSet<UserId>>,
    /// The feed rows that were written or deleted.
    pub rows: BTreeSet<(FeedRow, RowChange)>,
}

/// The key of a record. Its attributes tell the tables apart.
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
    /// Parses a batch of one of the three streams.
    ///
    /// # Errors
    /// A record is of another table.
    pub fn parse(event: dynamodb::Event) -> Result<Self, Error> {
        let mut changes = Self::default();
        for record in event.records {
            changes.add(record)?;
        }
        changes.pictures.retain(|_, change| !change.is_empty());
        Ok(changes)
    }

    fn add(&mut self, record: EventRecord) -> Result<(), Error> {
        let (old, new) = (record.change.old_image, record.change.new_image);
        match serde_dynamo::from_item(record.change.keys)? {
            Key::Picture(key) => {
                let change = audience_change(old, new);
                let merge = |known: &mut AudienceChange| *known = known.merge(change);
                self.pictures.entry(key).and_modify(merge).or_insert(change);
            }
            Key::Friendship { user_id, friend_id } => {
                // Everywhere in this function the row of the owner decides: the two rows of a
                // friendship are written together, but separate reads can see one without the
                // other.
                let (owner, reader) = (user_id, friend_id);
                let (before, after) = friends_before_and_after(old, new);
                if after {
                    self.new_friends.insert((reader, owner));
                }
                if before {
                    self.former_friends.entry(reader).or_default().insert(owner);
                }
            }
            Key::Row { .. } => match record.event_name.as_str() {
                "INSERT" => _ = self.rows.insert((serde_dynamo::from_item(new)?, RowChange::Added)),
                "REMOVE" => _ = self.rows.insert((serde_dynamo::from_item(old)?, RowChange::Removed)),
                _ => {}
            },
        }
        Ok(())
    }

    /// Runs the first step of each change and returns the next steps. Handles all changes, then
    /// fails if any of them failed.
    pub async fn update_feeds(self, tables: &impl Tables) -> Result<Vec<Task>, Error> {
        let mut tasks = Vec::new();
        let mut failures = Failures::default();
        if !self.pictures.is_empty() {
            failures.record("pictures", pictures::reconcile(tables, self.pictures).await);
        }
        for (reader, owners) in self.former_friends {
            let next = friendships::verify_rows(tables, reader, Some(owners), None).await;
            tasks.extend(failures.record(reader, next).flatten());
        }
        for (reader, owner) in self.new_friends {
            let next = friendships::add_rows(tables, reader, owner, None).await;
            tasks.extend(failures.record(reader, next).flatten());
        }
        failures.record("rows", rows::verify(tables, &self.rows).await);
        failures.into_result().map(|()| tasks)
    }
}

/// The change between two images of a picture; unknown without images and for unreadable images.
fn audience_change(old: Item, new: Item) -> AudienceChange {
    if old.is_empty() && new.is_empty() {
        return AudienceChange::UNKNOWN;
    }
    match (parse_audience(old), parse_audience(new)) {
        (Some(before), Some(after)) => AudienceChange::between(before, after),
        _ => AudienceChange::UNKNOWN,
    }
}

fn parse_audience(image: Item) -> Option<Audience> {
    if image.is_empty() {
        return Some(Audience::of(None));
    }
    serde_dynamo::from_item::<_, Picture>(image).ok().map(|picture| Audience::of(Some(&picture)))
}

/// Whether two members were friends before, and are after the change; requests do not count.
/// Without images and for unreadable images, both are true, so that both kinds of change are
/// handled.
fn friends_before_and_after(old: Item, new: Item) -> (bool, bool) {
    if old.is_empty() && new.is_empty() {
        return (true, true);
    }
    let are_friends = |image: Item| {
        let friendship = (!image.is_empty()).then(|| serde_dynamo::from_item::<_, Friendship>(image));
        friendship
            .is_some_and(|read| read.map_or(true, |friendship| friendship.state == FriendshipState::Friends))
    };
    (are_friends(old), are_friends(new))
}
