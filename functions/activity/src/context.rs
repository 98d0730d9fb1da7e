//! The topic and the table of this function.

use lambda::Error;
use lambda::topic::Topic;
use store::aws::Cloud;
use store::{Albums, Database};

/// The topic and the table of this function.
#[derive(Debug)]
pub struct Context {
    /// SNS *Activity*.
    pub topic: Topic,
    /// The Albums table: the albums that contain a picture.
    pub albums: Albums,
}

impl Context {
    /// Opens the topic and the table.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let topic = Topic::from_env(cloud, "ACTIVITY_TOPIC")?;
        Ok(Self { topic, albums: Albums::new(&Database::from_env(cloud)?) })
    }
}
