//! The table and services of this function.

use domain::QuotaLimits;
use lambda::Error;
use lambda::push::PushEndpoints;
use store::aws::Cloud;
use store::{Database, Endpoints, quota_limits};

use crate::PlatformApplications;

/// The table and services of this function.
#[derive(Debug)]
pub struct Context {
    /// The Devices table.
    pub devices: Endpoints,
    /// The SNS platform applications.
    pub applications: PlatformApplications,
    /// The SNS platform endpoints of phones.
    pub push_endpoints: PushEndpoints,
    /// The limits of each member.
    pub limits: QuotaLimits,
}

impl Context {
    /// Opens the table and creates the clients.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self {
            devices: Endpoints::devices(&Database::from_env(cloud)?),
            applications: PlatformApplications::from_env()?,
            push_endpoints: PushEndpoints::from_env(cloud),
            limits: quota_limits()?,
        })
    }
}
