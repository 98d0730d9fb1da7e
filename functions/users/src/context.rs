//! The clients of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, Users};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Users table.
    pub users: Users,
}

impl Context {
    /// Opens the tables that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self { users: Users::new(&Database::from_env(cloud)?) })
    }
}
