//! The tables and clients that the function works with.

use jiff::SignedDuration;
use lambda::Error;
use lambda::events::notice_delay;
use lambda::push::PushEndpoints;
use store::aws::Cloud;
use store::{Database, Endpoints, IdempotencyStore, NotificationRecipients, Users};

use crate::Mailer;

/// The duration of a lease. It is the timeout of the function, so that no lease expires during the
/// invocation that acquired it.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// The tables and clients that the function works with.
#[derive(Debug)]
pub struct Context {
    /// The Receipts table: the deliveries of each activity.
    pub idempotency: IdempotencyStore,
    /// The Devices table.
    pub devices: Endpoints,
    /// Finds the recipients of an activity.
    pub recipients: NotificationRecipients,
    /// The Users table: names and notification preferences.
    pub users: Users,
    /// Sends mobile push messages.
    pub push_endpoints: PushEndpoints,
    /// Sends e-mail. `None` if no sender address is configured.
    pub mailer: Option<Mailer>,
    /// The time from the start of a batch until members are notified of it.
    pub notice_delay: SignedDuration,
}

impl Context {
    /// Opens the tables and clients that the environment names.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        let (push_endpoints, mailer) = (PushEndpoints::from_env(cloud), Mailer::from_env(cloud)?);
        Ok(Self::new(&Database::from_env(cloud)?, push_endpoints, mailer, notice_delay()?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(
        database: &Database,
        push_endpoints: PushEndpoints,
        mailer: Option<Mailer>,
        notice_delay: SignedDuration,
    ) -> Self {
        Self {
            idempotency: IdempotencyStore::new(database, "deliver", LEASE),
            devices: Endpoints::devices(database),
            recipients: NotificationRecipients::new(database),
            users: Users::new(database),
            push_endpoints,
            mailer,
            notice_delay,
        }
    }
}
