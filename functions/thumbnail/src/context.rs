//! The clients of the function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, Media, Pictures};

/// The clients of the function.
#[derive(Debug)]
pub struct Context {
    /// The Pictures table.
    pub pictures: Pictures,
    /// The media bucket.
    pub media: Media,
}

impl Context {
    /// Reads the names of table and bucket from the environment.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self { pictures: Pictures::new(&Database::from_env(cloud)?), media: Media::from_env(cloud)? })
    }
}
