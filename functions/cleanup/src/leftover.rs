//! What an event says may be left behind, told by the keys of its records.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use aws_lambda_events::dynamodb::Event;
use serde::Deserialize;
use shared::Error;
use shared::model::PictureKey;
use shared::store::Users;

/// What may be left behind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leftover {
    /// Of a picture.
    Picture(PictureKey),
    /// Of an account: the key of its deletion in the Users table.
    Account(String),
}

/// The key of a row of Pictures or of Users.
#[derive(Deserialize)]
#[serde(untagged)]
enum Key {
    Picture(PictureKey),
    User {
        #[serde(rename = "userId")]
        user_id: String,
    },
}

impl From<Key> for Leftover {
    fn from(key: Key) -> Self {
        match key {
            Key::Picture(key) => Self::Picture(key),
            Key::User { user_id } => Self::Account(user_id),
        }
    }
}

impl Leftover {
    /// What a batch of the Pictures or the Users stream is about, each once. Rows of Users that are not deletions leave nothing.
    ///
    /// # Errors
    /// A record of another table.
    pub fn of(event: Event) -> Result<BTreeSet<Self>, Error> {
        let mut leftovers = BTreeSet::new();
        for record in event.records {
            let key: Key = serde_dynamo::from_item(record.change.keys)?;
            if !matches!(&key, Key::User { user_id } if !Users::is_deletion(user_id)) {
                leftovers.insert(key.into());
            }
        }
        Ok(leftovers)
    }
}

impl Display for Leftover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Picture(key) => key.fmt(f),
            Self::Account(deletion) => f.write_str(deletion),
        }
    }
}
