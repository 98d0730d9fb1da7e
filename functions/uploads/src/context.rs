//! The clients of this function.

use domain::QuotaLimits;
use lambda::Error;
use store::aws::Cloud;
use store::{Database, Pictures, UrlPresigner, Users, quota_limits};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Pictures table.
    pub pictures: Pictures,
    /// The Users table, for the name of the owner in replies.
    pub users: Users,
    /// Presigns uploads.
    pub presigner: UrlPresigner,
    /// The limits of each member.
    pub limits: QuotaLimits,
}

impl Context {
    /// Opens the tables and the bucket that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        Ok(Self {
            pictures: Pictures::new(&database),
            users: Users::new(&database),
            presigner: UrlPresigner::from_env(cloud)?,
            limits: quota_limits()?,
        })
    }
}
