//! What this function works with.

use lambda::Error;
use store::aws::Cloud;
use lambda::push::PushEndpoints;
use store::{Comments, Deadlines, Endpoints, Friendships, Media, Notifications, Pictures, Users};

use crate::Accounts;

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Whether a picture is gone; what a deleted account had.
    pub pictures: Pictures,
    /// Where the objects are.
    pub media: Media,
    /// What hangs on a picture; what a deleted account wrote.
    pub comments: Comments,
    /// Until when pictures must have been uploaded.
    pub deadlines: Deadlines,
    /// Which accounts are being deleted.
    pub users: Users,
    /// What a deleted account had.
    pub friendships: Friendships,
    /// Where a deleted account was reached.
    pub connections: Endpoints,
    /// The same.
    pub devices: Endpoints,
    /// What was kept for a deleted account, and of its doing.
    pub notifications: Notifications,
    /// What messages to devices are sent to.
    pub push_endpoints: PushEndpoints,
    /// With which people sign in.
    pub accounts: Accounts,
}

impl Context {
    /// Those that the environment names.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            pictures: Pictures::from_env(cloud)?,
            media: Media::from_env(cloud)?,
            comments: Comments::from_env(cloud)?,
            deadlines: Deadlines::from_env(cloud)?,
            users: Users::from_env(cloud)?,
            friendships: Friendships::from_env(cloud)?,
            connections: Endpoints::connections_from_env(cloud)?,
            devices: Endpoints::devices_from_env(cloud)?,
            notifications: Notifications::from_env(cloud)?,
            push_endpoints: PushEndpoints::from_cloud(cloud),
            accounts: Accounts::from_env(cloud)?,
        })
    }
}
