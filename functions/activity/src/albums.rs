//! Events of albums: of the Albums table, and of the pictures that albums contain.
//!
//! A transaction that adds many pictures causes many records, so the records of one invocation are
//! combined: one `album.changed` for each album, and one `album.picturesAdded` for each batch. The
//! id of a batch derives from the batch, so that the records of several invocations yield the same
//! activity. A picture that becomes ready after it was added yields the activity of its batch
//! again, because only ready pictures count.

use std::collections::BTreeMap;

use domain::{Activity, ActivityEvent, Album, AlbumBatch, AlbumEntry, AlbumId, Membership, UserId};
use jiff::Timestamp;
use lambda::Error;
use store::{AlbumRowKey, RawAlbumRowKey};
use uuid::Uuid;

use crate::Record;
use crate::record::{NAMESPACE, RawChange, parse_image};

/// The activities of the records of one invocation.
#[derive(Debug, Default)]
pub struct AlbumActivities {
    /// The activities `album.changed`, at most one for each album.
    changed: BTreeMap<AlbumId, Activity>,
    /// The other activities, by their id.
    others: BTreeMap<Uuid, Activity>,
}

impl AlbumActivities {
    /// Adds the activities of a record.
    ///
    /// # Errors
    /// Returns an error if the record contains an invalid row.
    pub fn add(&mut self, record: Record) -> Result<(), Error> {
        let RawChange { id, at, keys, old, new } = record.into_change()?;
        let key = serde_dynamo::from_item::<_, RawAlbumRowKey>(keys)?.parse()?;
        let (has_old, has_new) = (!old.is_empty(), !new.is_empty());
        let is_smart = new.contains_key("rule");
        let mut add = |event| _ = self.others.insert(id, Activity { id, at, event });
        let changed = match key {
            AlbumRowKey::Album(album_id) => {
                let old: Option<Album> = parse_image(old)?;
                if let (Some(old), false) = (old, has_new) {
                    add(ActivityEvent::AlbumRemoved { album_id, owner_id: old.owner_id });
                }
                // The rule of a new album is a change, because it chooses pictures.
                (has_new && (has_old || is_smart)).then_some(album_id)
            }
            AlbumRowKey::Member(album_id, member_id) => {
                let [old, new] = [parse_image::<Membership>(old)?, parse_image(new)?];
                match (&old, &new) {
                    (None, Some(_)) => add(ActivityEvent::AlbumMemberAdded { album_id, member_id }),
                    (Some(_), None) => add(ActivityEvent::AlbumMemberRemoved { album_id, member_id }),
                    _ => {}
                }
                // A change of the member's notices is not a change of the album.
                (old != new).then_some(album_id)
            }
            AlbumRowKey::Picture(album_id, _) => {
                if !has_old && let Some(entry) = parse_image::<AlbumEntry>(new)? {
                    let batch = AlbumBatch::of(&entry);
                    self.add_batch(batch, ActivityEvent::AlbumPicturesAdded { batch });
                }
                Some(album_id)
            }
            AlbumRowKey::Waiting(album_id, _) => {
                if !has_old && let Some(entry) = parse_image::<AlbumEntry>(new)? {
                    let batch = AlbumBatch::of(&entry);
                    self.add_batch(batch, ActivityEvent::AlbumPicturesWaiting { batch });
                }
                Some(album_id)
            }
            AlbumRowKey::Mirror => None,
        };
        if let Some(album_id) = changed {
            self.add_change(album_id, &id, at);
        }
        Ok(())
    }

    /// Adds the activities of the albums that contain a picture, which follow from `activity`, a
    /// change of the picture. `announcements` are the events that announce the picture.
    pub fn add_picture(&mut self, activity: &Activity, announcements: Vec<ActivityEvent>) {
        for event in announcements {
            let Some(batch) = event.batch() else { continue };
            self.add_change(batch.album_id, &activity.id, activity.at);
            if matches!(activity.event, ActivityEvent::PictureReady { .. }) {
                self.add_batch(batch, event);
            }
        }
    }

    /// Adds `album.changed`, unless an earlier record has added it for the album. Its id derives
    /// from `source`, the id of the record or activity.
    fn add_change(&mut self, album_id: AlbumId, source: &Uuid, at: Timestamp) {
        let event = ActivityEvent::AlbumChanged { album_id };
        let name = format!("{} {album_id}", event.kind());
        let id = Uuid::new_v5(source, name.as_bytes());
        self.changed.entry(album_id).or_insert(Activity { id, at, event });
    }

    /// Adds the activity of a batch. Its time is the start of the batch, because all records of the
    /// batch must yield the same activity.
    fn add_batch(&mut self, batch: AlbumBatch, event: ActivityEvent) {
        let by = batch.by.map_or_else(|| "guests".to_owned(), |UserId(id)| id.to_string());
        let name = format!("{} {} {by} {}", event.kind(), batch.album_id, batch.since);
        let id = Uuid::new_v5(&NAMESPACE, name.as_bytes());
        self.others.insert(id, Activity { id, at: batch.since, event });
    }

    /// Returns the activities.
    pub fn into_activities(self) -> Vec<Activity> {
        self.changed.into_values().chain(self.others.into_values()).collect()
    }
}
