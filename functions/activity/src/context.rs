//! The topic of this function.

use lambda::Error;
use lambda::topic::Topic;
use store::aws::Cloud;

/// The topic of this function.
#[derive(Debug)]
pub struct Context {
    /// SNS *Activity*.
    pub topic: Topic,
}

impl Context {
    /// Opens the topic.
    ///
    /// # Errors
    /// Names the environment variable that is missing.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self { topic: Topic::from_env(cloud, "ACTIVITY_TOPIC")? })
    }
}
