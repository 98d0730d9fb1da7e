//! The clients of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, Media, Pictures};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Pictures table.
    pub pictures: Pictures,
    /// The media bucket.
    pub media: Media,
}

impl Context {
    /// Opens the table and the bucket that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self { pictures: Pictures::new(&Database::from_env(cloud)?), media: Media::from_env(cloud)? })
    }
}
