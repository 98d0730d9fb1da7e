//! The clients of this function.

use domain::QuotaLimits;
use lambda::Error;
use lambda::connection_sender::ConnectionSender;
use store::aws::Cloud;
use store::{Connections, Database, Names, Quotas, Secrets, Users, quota_limits};

/// The clients of this function.
#[derive(Debug)]
pub struct Context {
    /// The Users table.
    pub users: Users,
    /// The Names table.
    pub names: Names,
    /// The Quotas table.
    pub quotas: Quotas,
    /// The limits of each member.
    pub limits: QuotaLimits,
    /// The key that encrypts cursors.
    pub secrets: Secrets,
    /// The tables Connections and Watches.
    pub connections: Connections,
    /// Closes connections.
    pub connection_sender: ConnectionSender,
}

impl Context {
    /// Opens the tables that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?, ConnectionSender::from_env(cloud)?, quota_limits()?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database, connection_sender: ConnectionSender, limits: QuotaLimits) -> Self {
        Self {
            users: Users::new(database),
            names: Names::new(database),
            quotas: Quotas::new(database),
            limits,
            secrets: Secrets::new(database),
            connections: Connections::new(database),
            connection_sender,
        }
    }
}
