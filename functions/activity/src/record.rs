//! A record of a stream: which table it is of, and what it means.

use std::fmt::{self, Display};

use aws_lambda_events::dynamodb::EventRecord;
use domain::Activity;
use jiff::Timestamp;
use lambda::Error;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_dynamo::Item;
use store::Comments;
use uuid::Uuid;

use crate::{comments, friendships, pictures};

/// The name space of activities: a random UUID.
const ACTIVITIES: Uuid = Uuid::from_u128(0x1b0e_63a4_7d29_4c58_a6f1_0c9d_52e8_3b77);

/// A record of one of the streams.
#[derive(Clone, Debug)]
pub struct Record(pub EventRecord);

/// The key of a row, by which the table is known.
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

impl Record {
    /// What happened, if anything that people want to know of. Its id follows from the record's (UUID version 5), which is the same
    /// however often the record comes and no other record's; its time is the record's, too.
    ///
    /// # Errors
    /// The record is of another table, or not as rows of its table are.
    pub fn activity(self) -> Result<Option<Activity>, Error> {
        let EventRecord { event_id, change, .. } = self.0;
        let at = Timestamp::from_millisecond(change.approximate_creation_date_time.timestamp_millis())?;
        if change.old_image.is_empty() && change.new_image.is_empty() {
            return Err("a record without images".into());
        }
        let (old, new) = (change.old_image, change.new_image);
        let what = match serde_dynamo::from_item(change.keys)? {
            Key::Picture { .. } => pictures::what(row(old)?.as_ref(), row(new)?.as_ref()),
            Key::Friendship { .. } => friendships::what(row(old)?, row(new)?),
            Key::Comment { thread_id } if Comments::is_of_author(&thread_id) => None,
            Key::Comment { .. } => comments::what(row(old)?.as_ref(), row(new)?.as_ref()),
        };
        Ok(what.map(|what| Activity { id: Uuid::new_v5(&ACTIVITIES, event_id.as_bytes()), at, what }))
    }
}

fn row<T: DeserializeOwned>(image: Item) -> Result<Option<T>, Error> {
    Ok((!image.is_empty()).then(|| serde_dynamo::from_item(image)).transpose()?)
}

impl Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.event_id)
    }
}
