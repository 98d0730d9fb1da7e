//! What an event says may be left behind, told by the keys of its records.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use aws_lambda_events::dynamodb::{Event, EventRecord};
use serde::Deserialize;
use lambda::Error;
use domain::PictureKey;
use store::Users;

/// What may be left behind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leftover {
    /// Of an account: the key of its deletion in the Users table.
    Account(String),
    /// A picture whose deadline has passed.
    Awaited(PictureKey),
}

/// The key of a row of Users or of Deadlines.
#[derive(Deserialize)]
#[serde(untagged)]
enum Key {
    User {
        #[serde(rename = "userId")]
        user_id: String,
    },
    Deadline(PictureKey),
}

impl Leftover {
    /// What a batch of the Users or the Deadlines stream is about, each once.
    ///
    /// # Errors
    /// A record of another table.
    pub fn of(event: Event) -> Result<BTreeSet<Self>, Error> {
        let leftovers = event.records.into_iter().map(Self::in_record);
        leftovers.filter_map(Result::transpose).collect()
    }

    /// Profiles and handles leave nothing; neither does a deadline that is still to come.
    fn in_record(record: EventRecord) -> Result<Option<Self>, Error> {
        Ok(match serde_dynamo::from_item(record.change.keys)? {
            Key::User { user_id } => Users::is_deletion(&user_id).then_some(Self::Account(user_id)),
            Key::Deadline(key) => (record.event_name == "REMOVE").then_some(Self::Awaited(key)),
        })
    }
}

impl Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(deletion) => f.write_str(deletion),
            Self::Awaited(key) => key.fmt(f),
        }
    }
}
