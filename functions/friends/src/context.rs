//! The clients of this function.

use domain::QuotaLimits;
use lambda::Error;
use store::aws::Cloud;
use store::{Database, Friendships, Secrets, Users, quota_limits};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Friendships table.
    pub friendships: Friendships,
    /// The Users table.
    pub users: Users,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
    /// The limits of each member.
    pub limits: QuotaLimits,
}

impl Context {
    /// Opens the tables that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        Ok(Self {
            friendships: Friendships::new(&database),
            users: Users::new(&database),
            secrets: Secrets::new(&database),
            limits: quota_limits()?,
        })
    }
}
