//! The table and services of this function.

use domain::QuotaLimits;
use lambda::Error;
use lambda::api_keys::ApiKeys;
use store::aws::{Cloud, variable};
use store::{Database, DeveloperKeys, quota_limits};

use crate::UsagePlan;
use crate::view::KeyLimits;

/// The table and services of this function.
#[derive(Debug)]
pub struct Context {
    /// The Keys table.
    pub keys: DeveloperKeys,
    /// The API keys of API Gateway.
    pub api_keys: ApiKeys,
    /// The usage plan of developer keys.
    pub plan: UsagePlan,
    /// The limits of each key.
    pub key_limits: KeyLimits,
    /// The limits of each member.
    pub limits: QuotaLimits,
}

impl Context {
    /// Opens the table and creates the clients.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing or invalid. The error names the
    /// variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let key_limits = serde_json::from_str(&variable("KEY_LIMITS")?);
        let invalid = |error| format!("the environment variable KEY_LIMITS is invalid: {error}");
        Ok(Self {
            keys: DeveloperKeys::new(&Database::from_env(cloud)?),
            api_keys: ApiKeys::from_env(cloud),
            plan: UsagePlan::from_env(cloud)?,
            key_limits: key_limits.map_err(invalid)?,
            limits: quota_limits()?,
        })
    }
}
