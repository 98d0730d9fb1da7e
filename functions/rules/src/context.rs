//! The tables of the function, and its child processes.

use std::time::Duration;

use domain::QuotaLimits;
use lambda::Error;
use rule_evaluator::Evaluator;
use store::aws::Cloud;
use store::{Database, Pictures, Quotas, quota_limits};

/// The maximum time to evaluate a rule, from the start of the process to its end.
const MAX_TIME: Duration = Duration::from_secs(1);

/// The tables of the function, and its child processes.
#[derive(Debug)]
pub struct Context {
    /// The pictures of the caller.
    pub pictures: Pictures,
    /// Counts the calls of each member.
    pub quotas: Quotas,
    /// The limits of each member.
    pub limits: QuotaLimits,
    /// Evaluates rules, each in a child process.
    pub evaluator: Evaluator,
}

impl Context {
    /// Opens the tables.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing or invalid, or if the path of this
    /// program is unknown.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let database = Database::from_env(cloud)?;
        Ok(Self {
            pictures: Pictures::new(&database),
            quotas: Quotas::new(&database),
            limits: quota_limits()?,
            evaluator: Evaluator::current_program(MAX_TIME)?,
        })
    }
}
