//! The services of the function.

use std::time::Duration;

use lambda::Error;
use lambda::topic::Topic;
use rule_evaluator::Evaluator;
use store::Database;
use store::aws::Cloud;

use crate::AwsServices;

/// The maximum time of a child process. A child stops evaluating earlier, so the parent kills only
/// a stalled or faulty one.
const MAX_PROCESS_TIME: Duration = Duration::from_secs(5);

/// The services of the function.
#[derive(Debug)]
pub struct Context {
    /// The pictures and albums, and the evaluator of rules.
    pub services: AwsServices,
    /// *SmartAlbums*, which triggers this function for the next step of a rule.
    pub steps: Topic,
}

impl Context {
    /// Opens the tables and the topic that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let evaluator = Evaluator::current_program(MAX_PROCESS_TIME)?;
        let services = AwsServices::new(&Database::from_env(cloud)?, evaluator);
        Ok(Self { services, steps: Topic::from_env(cloud, "SMART_ALBUMS_TOPIC")? })
    }
}
