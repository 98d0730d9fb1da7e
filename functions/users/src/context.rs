//! The clients of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, Names, Secrets, Users};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Users table.
    pub users: Users,
    /// The Names table.
    pub names: Names,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
}

impl Context {
    /// Opens the tables that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { users: Users::new(database), names: Names::new(database), secrets: Secrets::new(database) }
    }
}
