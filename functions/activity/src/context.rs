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
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self { topic: Topic::from_env(cloud, "ACTIVITY_TOPIC")? })
    }
}
