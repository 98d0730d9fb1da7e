//! The tables and the topic of the function.

use lambda::Error;
use lambda::topic::Topic;
use store::Database;
use store::aws::Cloud;

use crate::DynamoDbTables;

/// The tables and the topic of the function.
#[derive(Debug)]
pub struct Context {
    /// The pictures and friendships, and the feeds that follow from them.
    pub tables: DynamoDbTables,
    /// *Rebuild*, which triggers this function for the next step of long work.
    pub rebuild: Topic,
}

impl Context {
    /// Opens the tables and the topic that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        let rebuild = Topic::from_env(cloud, "REBUILD_TOPIC")?;
        Ok(Self { tables: DynamoDbTables::new(&database), rebuild })
    }
}
