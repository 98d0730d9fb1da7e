//! The clients of this function.

use domain::QuotaLimits;
use lambda::Error;
use store::aws::Cloud;
use store::{AccessReader, Albums, Database, Links, Pictures, Secrets, UrlPresigner, Users, quota_limits};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// Reads what a link opens, under the access policy.
    pub access: AccessReader,
    /// The Albums table, for the order of an album's pictures.
    pub albums: Albums,
    /// The Links table.
    pub links: Links,
    /// The Pictures table, for the pictures of guests.
    pub pictures: Pictures,
    /// The Users table, for the names of owners in replies.
    pub users: Users,
    /// The keys of cursors and link sessions.
    pub secrets: Secrets,
    /// Presigns uploads and downloads.
    pub presigner: UrlPresigner,
    /// The limits of each member, which also apply to the pictures of their guests.
    pub limits: QuotaLimits,
}

impl Context {
    /// Opens the tables and the bucket that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        Ok(Self::new(&database, UrlPresigner::from_env(cloud)?, quota_limits()?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database, presigner: UrlPresigner, limits: QuotaLimits) -> Self {
        Self {
            access: AccessReader::new(database),
            albums: Albums::new(database),
            links: Links::new(database),
            pictures: Pictures::new(database),
            users: Users::new(database),
            secrets: Secrets::new(database),
            presigner,
            limits,
        }
    }
}
