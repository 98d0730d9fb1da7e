//! Records of the streams.

use std::fmt::{self, Display};

use aws_lambda_events::dynamodb::EventRecord;
use domain::{Activity, PictureKey};
use jiff::Timestamp;
use lambda::Error;
use lambda::trace::Traced;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_dynamo::Item;
use store::Comments;
use tracing::Span;
use uuid::Uuid;

use crate::{comments, friendships, pictures};

/// The namespace of activity ids (UUID version 5): a random UUID.
pub(crate) const NAMESPACE: Uuid = Uuid::from_u128(0x1b0e_63a4_7d29_4c58_a6f1_0c9d_52e8_3b77);

/// A record of one of the streams.
#[derive(Clone, Debug)]
pub struct Record(pub EventRecord);

/// The key of a row, which identifies the table.
#[derive(Deserialize)]
#[serde(untagged)]
enum Key {
    Picture {
        #[serde(rename = "ownerId")]
        _owner_id: String,
    },
    Friendship {
        #[serde(rename = "friendId")]
        _friend_id: String,
    },
    Comment {
        #[serde(rename = "threadId")]
        thread_id: String,
    },
}

/// The number of albums that contain a picture. Other rows have no such number.
#[derive(Deserialize)]
struct Contained {
    #[serde(default)]
    albums: u32,
}

/// The row before and after a change.
pub(crate) struct RawChange {
    /// The id of an activity that derives from the record.
    pub id: Uuid,
    /// The time of the change (UTC, whole seconds).
    pub at: Timestamp,
    /// The key of the row.
    pub keys: Item,
    /// Empty if the row was added.
    pub old: Item,
    /// Empty if the row was deleted.
    pub new: Item,
}

impl Record {
    /// Returns `true` if the record is of the Albums table. Several records of it can yield one
    /// activity.
    #[must_use]
    pub fn is_of_albums(&self) -> bool {
        self.0.change.keys.contains_key("listId")
    }

    /// Returns `true` if the row is a picture that albums contain after the change, waiting or not.
    #[must_use]
    pub fn is_in_albums(&self) -> bool {
        let image = self.0.change.new_image.clone();
        serde_dynamo::from_item(image).is_ok_and(|Contained { albums }| albums > 0)
    }

    /// Converts the record to an activity. Returns `None` if the change is not an event.
    ///
    /// The id of the activity derives from the id of the record, so every delivery of the record
    /// yields the same activity.
    ///
    /// # Errors
    /// Returns an error if the record belongs to another table, has no images or contains an
    /// invalid row.
    pub fn into_activity(self) -> Result<Option<Activity>, Error> {
        let RawChange { id, at, keys, old, new } = self.into_change()?;
        let event = match serde_dynamo::from_item(keys)? {
            Key::Picture { .. } => {
                pictures::derive_event(parse_image(old)?.as_ref(), parse_image(new)?.as_ref())
            }
            Key::Friendship { .. } => friendships::derive_event(parse_image(old)?, parse_image(new)?),
            Key::Comment { thread_id } if Comments::is_author_thread(&thread_id) => None,
            Key::Comment { .. } => {
                comments::derive_event(parse_image(old)?.as_ref(), parse_image(new)?.as_ref())
            }
        };
        Ok(event.map(|event| Activity { id, at, event }))
    }

    /// Returns the row before and after the change.
    pub(crate) fn into_change(self) -> Result<RawChange, Error> {
        let EventRecord { event_id, change, .. } = self.0;
        let at = Timestamp::from_millisecond(change.approximate_creation_date_time.timestamp_millis())?;
        if change.old_image.is_empty() && change.new_image.is_empty() {
            return Err("a record without images".into());
        }
        let id = Uuid::new_v5(&NAMESPACE, event_id.as_bytes());
        Ok(RawChange { id, at, keys: change.keys, old: change.old_image, new: change.new_image })
    }
}

/// Parses a row. Returns `None` if the image is empty, as for a missing image.
pub(crate) fn parse_image<T: DeserializeOwned>(image: Item) -> Result<Option<T>, Error> {
    Ok((!image.is_empty()).then(|| serde_dynamo::from_item(image)).transpose()?)
}

impl Traced for Record {
    /// Names the picture of a row of Pictures. The other rows have no such key.
    fn span(&self) -> Span {
        let record = &self.0;
        match serde_dynamo::from_item::<_, PictureKey>(record.change.keys.clone()) {
            Ok(key) => key.span(),
            Err(_) => tracing::info_span!("record", id = record.event_id),
        }
    }
}

impl Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.event_id)
    }
}
