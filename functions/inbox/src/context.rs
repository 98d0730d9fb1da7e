//! The tables of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, NotificationRecipients, Notifications, Secrets, Users};

/// The tables of this function.
#[derive(Debug)]
pub struct Context {
    /// Notifications and read markers.
    pub notifications: Notifications,
    /// The recipients of activities, and the pictures, friendships and comments that notifications
    /// refer to.
    pub recipients: NotificationRecipients,
    /// The profiles of actors.
    pub users: Users,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
}

impl Context {
    /// Opens the tables that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self {
            notifications: Notifications::new(database),
            recipients: NotificationRecipients::new(database).including_withdrawn_requests(),
            users: Users::new(database),
            secrets: Secrets::new(database),
        }
    }
}
