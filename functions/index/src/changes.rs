//! Parses the changes in a batch of stream records, and updates the feeds.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::dynamodb::{self, EventRecord};
use domain::{Album, AlbumId, Audience, FeedRow, Friendship, FriendshipState, Picture, PictureKey, UserId};
use lambda::Error;
use lambda::events::Failures;
use serde::Deserialize;
use serde_dynamo::Item;
use store::{AlbumRowKey, RawAlbumRowKey};

use crate::albums::Update;
use crate::pictures::AudienceChange;
use crate::rows::RowChange;
use crate::{Tables, Task, albums, friendships, pictures, rows};

/// The changes of a batch, without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The pictures whose audience changed.
    pub pictures: BTreeMap<PictureKey, AudienceChange>,
    /// The pairs (reader, owner) that are friends after a change.
    pub new_friends: BTreeSet<(UserId, UserId)>,
    /// For each reader, the owners who were friends before a change.
    pub former_friends: BTreeMap<UserId, BTreeSet<UserId>>,
    /// The pictures whose time changed.
    pub retaken: BTreeSet<PictureKey>,
    /// The pairs (reader, album) that were added as a member.
    pub new_members: BTreeSet<(UserId, AlbumId)>,
    /// For each reader, the albums of which they were a member, or the owner, before a change.
    pub former_members: BTreeMap<UserId, BTreeSet<AlbumId>>,
    /// For each album, the pictures that were added.
    pub new_entries: BTreeMap<AlbumId, BTreeSet<PictureKey>>,
    /// For each album, the pictures that were removed.
    pub former_entries: BTreeMap<AlbumId, BTreeSet<PictureKey>>,
    /// The orders, in the rows of albums, by the times of pictures.
    pub orders: BTreeMap<(AlbumId, PictureKey), Option<String>>,
    /// The albums whose time of the last change changed.
    pub touched: BTreeSet<AlbumId>,
    /// The feed rows that were written, changed or deleted.
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
    Album(RawAlbumRowKey),
    Row {
        #[serde(rename = "feedId")]
        _feed_id: String,
    },
}

impl Changes {
    /// Parses a batch of one of the four streams.
    ///
    /// # Errors
    /// Returns an error if a record belongs to another table, or if the image of a feed row or of a
    /// deleted album is invalid.
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
                // The event of an entry that is added later corrects the order itself.
                if has_changed(&old, &new, "takenAt") && (new.is_empty() || new.contains_key("albums")) {
                    self.retaken.insert(key);
                }
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
            Key::Album(key) => self.add_album_row(key.parse()?, &record.event_name, old, new)?,
            Key::Row { .. } => match record.event_name.as_str() {
                "INSERT" | "MODIFY" => {
                    _ = self.rows.insert((serde_dynamo::from_item(new)?, RowChange::Added))
                }
                "REMOVE" => _ = self.rows.insert((serde_dynamo::from_item(old)?, RowChange::Removed)),
                _ => {}
            },
        }
        Ok(())
    }

    fn add_album_row(&mut self, key: AlbumRowKey, event: &str, old: Item, new: Item) -> Result<(), Error> {
        match (key, event) {
            (AlbumRowKey::Album(album), "MODIFY") if has_changed(&old, &new, "updatedAt") => {
                self.touched.insert(album);
            }
            // The owner has no membership that `cleanup` could end.
            (AlbumRowKey::Album(album), "REMOVE") => {
                let Album { owner_id, .. } = serde_dynamo::from_item(old)?;
                self.former_members.entry(owner_id).or_default().insert(album);
            }
            (AlbumRowKey::Member(album, user), "INSERT") => _ = self.new_members.insert((user, album)),
            (AlbumRowKey::Member(album, user), "REMOVE") => {
                self.former_members.entry(user).or_default().insert(album);
            }
            (AlbumRowKey::Picture(album, picture), "REMOVE") => {
                self.former_entries.entry(album).or_default().insert(picture);
            }
            (AlbumRowKey::Picture(album, picture), _) => {
                if event == "INSERT" {
                    self.new_entries.entry(album).or_default().insert(picture);
                }
                let order = serde_dynamo::from_item(new).ok().and_then(|Order { taken_order }| taken_order);
                self.orders.insert((album, picture), order);
            }
            _ => {}
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
            let next = pictures::reconcile(tables, self.pictures).await;
            tasks.extend(failures.record("pictures", next).into_iter().flatten());
        }
        if !self.retaken.is_empty() {
            failures.record("times", pictures::correct_orders(tables, self.retaken).await);
        }
        for (reader, owners) in self.former_friends {
            let next = friendships::verify_rows(tables, reader, Some(owners), None).await;
            tasks.extend(failures.record(reader, next).flatten());
        }
        for (reader, owner) in self.new_friends {
            let next = friendships::add_rows(tables, reader, owner, None).await;
            tasks.extend(failures.record(reader, next).flatten());
        }
        for (reader, albums) in self.former_members {
            let next = albums::verify_feed(tables, reader, albums, None).await;
            tasks.extend(failures.record(reader, next).flatten());
        }
        for (reader, album) in self.new_members {
            let next = albums::add_rows(tables, reader, album, None).await;
            tasks.extend(failures.record(reader, next).flatten());
        }
        for (update, pictures) in [(Update::Verify, self.former_entries), (Update::Write, self.new_entries)] {
            let next = albums::update_rows(tables, update, pictures).await;
            tasks.extend(failures.record("albums", next).into_iter().flatten());
        }
        if !self.orders.is_empty() {
            failures.record("orders", albums::correct_orders(tables, self.orders).await);
        }
        failures.record("lists of albums", albums::touch(tables, &self.touched).await);
        failures.record("rows", rows::verify(tables, &self.rows).await);
        failures.into_result().map(|()| tasks)
    }
}

/// The order of a picture in an album.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    taken_order: Option<String>,
}

/// Returns `true` if an attribute changed, or if there are no images.
fn has_changed(old: &Item, new: &Item, attribute: &str) -> bool {
    (old.is_empty() && new.is_empty()) || old.get(attribute) != new.get(attribute)
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
