//! Parses the changes in a batch of stream records, and updates the feeds.

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
    /// The pairs (reader, owner) that are friends after a change.
    pub new_friends: BTreeSet<(UserId, UserId)>,
    /// For each reader, the owners who were friends before a change.
    pub former_friends: BTreeMap<UserId, BTreeSet<UserId>>,
    /// The feed rows that were written or deleted.
    pub rows: BTreeSet<(FeedRow, RowChange)>,
}

/// The key of a stream record. Its attributes identify the table.
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
    /// Returns an error if a record belongs to another table, or if the image of a feed row is
    /// invalid.
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
                // A friendship has one row per member. Both rows are written together, but
                // separate reads can see one row without the other. Therefore all code of this
                // function uses the row of the owner.
                let (owner, reader) = (user_id, friend_id);
                let (were_friends, are_friends) = friends_before_and_after(old, new);
                if are_friends {
                    self.new_friends.insert((reader, owner));
                }
                if were_friends {
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

    /// Runs the first step of each change and returns the next steps.
    ///
    /// # Errors
    /// Returns an error if a step failed, after it ran the first steps of all changes.
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

/// Returns the change between two images of a picture, or [`AudienceChange::UNKNOWN`] if there are
/// no images or if an image is invalid.
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

/// Returns whether two members were friends before a change, and whether they are friends after it.
/// Requests do not count. If there are no images, both values are `true`. If an image is invalid,
/// its value is `true`. A wrong `true` causes unnecessary work, but no wrong rows.
fn friends_before_and_after(old: Item, new: Item) -> (bool, bool) {
    if old.is_empty() && new.is_empty() {
        return (true, true);
    }
    let are_friends = |image: Item| {
        let parsed = (!image.is_empty()).then(|| serde_dynamo::from_item::<_, Friendship>(image));
        parsed.is_some_and(|friendship| {
            friendship.map_or(true, |friendship| friendship.state == FriendshipState::Friends)
        })
    };
    (are_friends(old), are_friends(new))
}
