//! The stores of this function.

use lambda::Error;
use store::aws::Cloud;
use store::{Database, Media, Pictures};

/// The stores of this function.
#[derive(Debug)]
pub struct Context {
    /// The Pictures table.
    pub pictures: Pictures,
    /// The bucket with the originals.
    pub media: Media,
}

impl Context {
    /// Opens the stores that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self { pictures: Pictures::new(&Database::from_env(cloud)?), media: Media::from_env(cloud)? })
    }
}
