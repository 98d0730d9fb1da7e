//! Parses the tasks in records of the Users and Deadlines streams.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use aws_lambda_events::dynamodb::{Event, EventRecord};
use domain::PictureKey;
use lambda::Error;
use lambda::trace::Traced;
use serde::Deserialize;
use store::Users;
use tracing::Span;

/// An account to delete, or an upload deadline that passed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CleanupTask {
    /// The `userId` of the Users row that records the deletion of an account.
    DeletedAccount(String),
    /// The picture with the expired upload deadline.
    ExpiredDeadline(PictureKey),
}

/// The key of a row of the Users or the Deadlines table. The other attributes are not needed.
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
    /// Returns an error if a record belongs to another table.
    pub fn parse_all(event: Event) -> Result<BTreeSet<Self>, Error> {
        let tasks = event.records.into_iter().map(Self::parse);
        tasks.filter_map(Result::transpose).collect()
    }

    /// Parses a record. Returns `None` for profiles, for reserved handles, and for deadlines that
    /// were added or changed.
    fn parse(record: EventRecord) -> Result<Option<Self>, Error> {
        Ok(match serde_dynamo::from_item(record.change.keys)? {
            Key::User { user_id } => Users::is_deletion(&user_id).then_some(Self::DeletedAccount(user_id)),
            Key::Deadline(key) => (record.event_name == "REMOVE").then_some(Self::ExpiredDeadline(key)),
        })
    }
}

impl Traced for CleanupTask {
    fn span(&self) -> Span {
        match self {
            Self::DeletedAccount(deletion) => tracing::info_span!("account", deletion),
            Self::ExpiredDeadline(key) => key.span(),
        }
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
