//! What this function works with.

use shared::Error;
use shared::aws::Cloud;
use shared::store::{Notifications, Secrets, Users};
use shared::telling::Telling;

/// What this function works with.
#[derive(Debug)]
pub struct Stores {
    /// Read and written.
    pub notifications: Notifications,
    /// Whom something concerns, and whether it is still so.
    pub telling: Telling,
    /// Names; whether an account was deleted.
    pub users: Users,
    /// Seals cursors.
    pub secrets: Secrets,
}

impl Stores {
    /// What the environment names.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            notifications: Notifications::from_env(cloud)?,
            telling: Telling::from_env(cloud)?,
            users: Users::from_env(cloud)?,
            secrets: Secrets::from_env(cloud)?,
        })
    }
}
