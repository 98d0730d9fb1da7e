//! Sends the messages of one activity in small batches, and records each batch once it is sent.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::time::Duration;

use domain::UserId;
use futures_util::future::join_all;
use lambda::Error;
use lambda::events::Failures;
use lambda::push::PushOutcome;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use crate::Context;
use crate::content::{EmailContent, PushContent};
use crate::mailer::MailOutcome;

/// The number of messages sent concurrently.
const CONCURRENT: usize = 16;
/// The time limit of one message.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A member with the channels that they chose.
#[derive(Clone, Copy, Debug)]
pub struct Recipient {
    /// The member.
    pub id: UserId,
    /// Whether to send a push message to all of their devices.
    pub push: bool,
    /// Whether to send an e-mail.
    pub email: bool,
}

/// One message to one member.
struct Delivery {
    recipient: UserId,
    destination: Destination,
}

enum Destination {
    /// The device with this endpoint (ARN).
    Device(String),
    Mailbox,
}

/// The name of the delivery in the receipt: short, because one row contains all deliveries of an
/// activity.
impl Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.destination {
            Destination::Device(arn) => write!(f, "push#{}", arn.rsplit('/').next().unwrap_or(arn)),
            // A hash, because the receipt may outlive the account.
            Destination::Mailbox => write!(f, "email#{}", Uuid::new_v5(&self.recipient.0, b"email")),
        }
    }
}

/// Progress of one broadcast: delivered and failed messages.
pub struct Broadcast<'a> {
    /// The tables and clients.
    pub context: &'a Context,
    /// The id of the activity.
    pub activity: Uuid,
    /// The push message.
    pub push: PushContent,
    /// The e-mail.
    pub email: EmailContent,
    /// The time after which nothing is sent.
    pub deadline: Instant,
    /// The names of all deliveries of the activity so far.
    pub delivered: BTreeSet<String>,
    /// The messages that could not be sent.
    pub failures: Failures,
}

impl Broadcast<'_> {
    /// Sends the remaining messages to these members and records them. Collects failures, so that
    /// the next attempt repeats only those.
    pub async fn deliver(&mut self, recipients: &[Recipient]) -> Result<(), Error> {
        let deliveries = self.find_remaining(recipients).await?;
        // Recorded after each batch: a recipient cannot recognize a repeated e-mail.
        for batch in deliveries.chunks(CONCURRENT) {
            let this = &*self;
            let send = async |delivery: &Delivery| (delivery.to_string(), this.send(delivery).await);
            let sent = join_all(batch.iter().map(send)).await;
            let mut delivered = Vec::new();
            for (name, outcome) in sent {
                if self.failures.record(&name, outcome).is_some() {
                    delivered.push(name);
                }
            }
            self.delivered.extend(delivered.iter().cloned());
            self.context.idempotency.record(self.activity, delivered).await?;
        }
        Ok(())
    }

    /// Finds the messages to these members that are not delivered yet.
    async fn find_remaining(&self, recipients: &[Recipient]) -> Result<Vec<Delivery>, Error> {
        let by_push = recipients.iter().filter(|recipient| recipient.push);
        let devices = self.context.devices.find_by_users(by_push.map(|recipient| recipient.id)).await?;
        let to_devices = devices.into_iter().flat_map(|(recipient, arns)| {
            arns.into_iter().map(move |arn| Delivery { recipient, destination: Destination::Device(arn) })
        });
        let by_email = recipients.iter().filter(|recipient| recipient.email);
        let to_mailboxes =
            by_email.map(|recipient| Delivery { recipient: recipient.id, destination: Destination::Mailbox });
        let all = to_devices.chain(to_mailboxes);
        Ok(all.filter(|delivery| !self.delivered.contains(&delivery.to_string())).collect())
    }

    async fn send(&self, delivery: &Delivery) -> Result<(), Error> {
        if Instant::now() >= self.deadline {
            return Err("no time is left; the next attempt sends the rest".into());
        }
        let send = async {
            match &delivery.destination {
                Destination::Device(arn) => self.send_push(delivery.recipient, arn).await,
                Destination::Mailbox => self.send_email(delivery.recipient).await,
            }
        };
        timeout(TIMEOUT, send).await.map_err(|_| "no reply in time")?
    }

    async fn send_push(&self, recipient: UserId, arn: &str) -> Result<(), Error> {
        match self.context.push_endpoints.send(arn, &self.push.message, &self.push.collapse_id).await? {
            PushOutcome::Sent => Ok(()),
            PushOutcome::Gone => {
                tracing::info!(user = %recipient, endpoint = arn, "removes a device that is gone");
                // The endpoint before its row: without the row, a retry could not find the
                // endpoint.
                self.context.push_endpoints.delete(arn).await?;
                self.context.devices.remove(recipient, arn).await
            }
        }
    }

    async fn send_email(&self, recipient: UserId) -> Result<(), Error> {
        let Some(mailer) = &self.context.mailer else { return Ok(()) };
        match mailer.send(recipient, &self.email).await? {
            MailOutcome::Sent => {}
            MailOutcome::NoAddress => tracing::info!(user = %recipient, "no confirmed address"),
            // A retry cannot help: the address is invalid, or SES waits for the confirmation of
            // one.
            MailOutcome::Rejected => tracing::warn!(user = %recipient, "SES rejects the e-mail"),
        }
        Ok(())
    }
}
