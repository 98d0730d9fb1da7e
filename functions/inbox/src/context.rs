//! What this function works with.

use lambda::Error;
use store::aws::Cloud;
use store::{Notifications, Secrets, Users};
use store::recipients::NotificationRecipients;

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Read and written.
    pub notifications: Notifications,
    /// Whom something concerns, and whether it is still so.
    pub recipients: NotificationRecipients,
    /// Names; whether an account was deleted.
    pub users: Users,
    /// Seals cursors.
    pub secrets: Secrets,
}

impl Context {
    /// What the environment names.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            notifications: Notifications::from_env(cloud)?,
            recipients: NotificationRecipients::from_env(cloud)?,
            users: Users::from_env(cloud)?,
            secrets: Secrets::from_env(cloud)?,
        })
    }
}
