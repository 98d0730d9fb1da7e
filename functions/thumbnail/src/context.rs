//! The clients of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, Deadlines, Media, Pictures};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Pictures table.
    pub pictures: Pictures,
    /// The Deadlines table.
    pub deadlines: Deadlines,
    /// The media bucket.
    pub media: Media,
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
            deadlines: Deadlines::new(&database),
            media: Media::from_env(cloud)?,
        })
    }
}
