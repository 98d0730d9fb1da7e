//! The tasks in records of the Users and Deadlines streams. The keys of the records suffice.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use aws_lambda_events::dynamodb::{Event, EventRecord};
use domain::PictureKey;
use lambda::Error;
use serde::Deserialize;
use store::Users;

/// Data that may have to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CleanupTask {
    /// The data of a deleted account, by the `userId` of its deletion in the Users table.
    DeletedAccount(String),
    /// A picture whose upload deadline expired.
    ExpiredDeadline(PictureKey),
}

/// The key of a row of the Users or the Deadlines table.
#[derive(Deserialize)]
#[serde(untagged)]
enum Key {
    User {
        #[serde(rename = "userId")]
        user_id: String,
    },
    Deadline(PictureKey),
}

impl CleanupTask {
    /// Parses the distinct tasks of a batch.
    ///
    /// # Errors
    /// A record belongs to another table.
    pub fn parse_all(event: Event) -> Result<BTreeSet<Self>, Error> {
        let tasks = event.records.into_iter().map(Self::parse);
        tasks.filter_map(Result::transpose).collect()
    }

    /// Returns `None` for profiles, for reservations of handles, and for deadlines that still
    /// exist.
    fn parse(record: EventRecord) -> Result<Option<Self>, Error> {
        Ok(match serde_dynamo::from_item(record.change.keys)? {
            Key::User { user_id } => Users::is_deletion(&user_id).then_some(Self::DeletedAccount(user_id)),
            Key::Deadline(key) => (record.event_name == "REMOVE").then_some(Self::ExpiredDeadline(key)),
        })
    }
}

impl Display for CleanupTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeletedAccount(deletion) => f.write_str(deletion),
            Self::ExpiredDeadline(key) => key.fmt(f),
        }
    }
}
