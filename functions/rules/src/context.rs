//! The table of the function, and its child processes.

use std::time::Duration;

use lambda::Error;
use rule_evaluator::Evaluator;
use store::aws::Cloud;
use store::{Database, Pictures};

/// The maximum time to evaluate a rule, from the start of the process to its end.
const MAX_TIME: Duration = Duration::from_secs(1);

/// The table of the function, and its child processes. The function writes no table.
#[derive(Debug)]
pub struct Context {
    /// The pictures of the caller.
    pub pictures: Pictures,
    /// Evaluates rules, each in a child process.
    pub evaluator: Evaluator,
}

impl Context {
    /// Opens the table.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing, or if the path of this program is
    /// unknown.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let pictures = Pictures::new(&Database::from_env(cloud)?);
        Ok(Self { pictures, evaluator: Evaluator::current_program(MAX_TIME)? })
    }
}
