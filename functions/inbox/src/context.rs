//! The tables of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, NotificationRecipients, Notifications, Secrets, Users};

/// The tables of this function.
#[derive(Debug)]
pub struct Context {
    /// Entries and read markers.
    pub notifications: Notifications,
    /// The recipients of activities, and the records that entries refer to.
    pub recipients: NotificationRecipients,
    /// Profiles, for the names in a list.
    pub users: Users,
    /// The key that signs cursors.
    pub secrets: Secrets,
}

impl Context {
    /// Opens the tables.
    ///
    /// # Errors
    /// Names the environment variable that is missing.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
            notifications: Notifications::new(database),
            recipients: NotificationRecipients::new(database),
            users: Users::new(database),
            secrets: Secrets::new(database),
        }
    }
}
