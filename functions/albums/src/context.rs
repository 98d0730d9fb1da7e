//! The clients of this function.

use domain::QuotaLimits;
use lambda::Error;
use store::aws::Cloud;
use store::{
    AccessReader, Albums, Database, Friendships, Pictures, Secrets, UrlPresigner, Users, quota_limits,
};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The albums and pictures that a caller can view, under the access policy.
    pub access: AccessReader,
    /// The Albums table.
    pub albums: Albums,
    /// The Friendships table, to add friends of the caller.
    pub friendships: Friendships,
    /// The Pictures table, to approve and reject the pictures of guests.
    pub pictures: Pictures,
    /// The profiles of owners and members.
    pub users: Users,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
    /// Presigns downloads.
    pub presigner: UrlPresigner,
    /// The limits of each member.
    pub limits: QuotaLimits,
}

impl Context {
    /// Opens the tables and the bucket that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing or invalid. The error names the
    /// variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?, UrlPresigner::from_env(cloud)?, quota_limits()?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database, presigner: UrlPresigner, limits: QuotaLimits) -> Self {
        Self {
            access: AccessReader::new(database),
            albums: Albums::new(database),
            friendships: Friendships::new(database),
            pictures: Pictures::new(database),
            users: Users::new(database),
            secrets: Secrets::new(database),
            presigner,
            limits,
        }
    }
}
