//! Sends the messages of one activity in small chunks, and records each chunk after it is sent.

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

/// The maximum number of messages sent concurrently.
const CONCURRENT: usize = 16;
/// The time limit for sending one message.
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
    /// The address of the member in the user pool.
    Mailbox,
}

/// Formats the name of the delivery in the receipt. The name is short, because one row contains the
/// names of all deliveries of an activity.
impl Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.destination {
            Destination::Device(arn) => write!(f, "push#{}", arn.rsplit('/').next().unwrap_or(arn)),
            // A hash hides the member, because the receipt can exist longer than the account.
            Destination::Mailbox => write!(f, "email#{}", Uuid::new_v5(&self.recipient.0, b"email")),
        }
    }
}

/// The messages of one activity, and the progress of their delivery.
pub struct Broadcast<'a> {
    /// The tables and clients.
    pub context: &'a Context,
    /// The id of the activity.
    pub activity: Uuid,
    /// The push message.
    pub push: PushContent,
    /// The e-mail.
    pub email: EmailContent,
    /// The time after which no further message is sent.
    pub deadline: Instant,
    /// The names of all deliveries of the activity so far.
    pub delivered: BTreeSet<String>,
    /// The messages that could not be sent, or that were not sent before the deadline.
    pub failures: Failures,
}

impl Broadcast<'_> {
    /// Sends the messages to these members that are not delivered yet, and records the deliveries.
    /// Collects failed messages in [`Broadcast::failures`], so that the next attempt repeats only
    /// these messages.
    ///
    /// # Errors
    /// Returns an error if the devices cannot be read or the deliveries cannot be recorded.
    pub async fn deliver(&mut self, recipients: &[Recipient]) -> Result<(), Error> {
        let deliveries = self.find_remaining(recipients).await?;
        // Records each chunk immediately to avoid duplicates: e-mail clients show a repeated
        // e-mail as another e-mail.
        for chunk in deliveries.chunks(CONCURRENT) {
            let this = &*self;
            let send = async |delivery: &Delivery| (delivery.to_string(), this.send(delivery).await);
            let sent = join_all(chunk.iter().map(send)).await;
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

    /// Returns the messages to these members that are not delivered yet.
    async fn find_remaining(&self, recipients: &[Recipient]) -> Result<Vec<Delivery>, Error> {
        let push_recipients = recipients.iter().filter(|recipient| recipient.push);
        let devices =
            self.context.devices.find_by_users(push_recipients.map(|recipient| recipient.id)).await?;
        let to_devices = devices.into_iter().flat_map(|(recipient, arns)| {
            arns.into_iter().map(move |arn| Delivery { recipient, destination: Destination::Device(arn) })
        });
        let email_recipients = recipients.iter().filter(|recipient| recipient.email);
        let to_mailboxes = email_recipients
            .map(|recipient| Delivery { recipient: recipient.id, destination: Destination::Mailbox });
        let deliveries = to_devices.chain(to_mailboxes);
        Ok(deliveries.filter(|delivery| !self.delivered.contains(&delivery.to_string())).collect())
    }

    async fn send(&self, delivery: &Delivery) -> Result<(), Error> {
        if Instant::now() >= self.deadline {
            return Err("the deadline has passed; the next attempt sends the remaining messages".into());
        }
        let send = async {
            match &delivery.destination {
                Destination::Device(arn) => self.send_push(delivery.recipient, arn).await,
                Destination::Mailbox => self.send_email(delivery.recipient).await,
            }
        };
        timeout(TIMEOUT, send).await.map_err(|_| "the message timed out")?
    }

    async fn send_push(&self, recipient: UserId, arn: &str) -> Result<(), Error> {
        match self.context.push_endpoints.send(arn, &self.push.message, &self.push.collapse_id).await? {
            PushOutcome::Sent => Ok(()),
            PushOutcome::Gone => {
                tracing::info!(user = %recipient, endpoint = arn, "removes a device with a disabled or deleted endpoint");
                // Deletes the endpoint before its row, because a retry finds the endpoint by its
                // row.
                self.context.push_endpoints.delete(arn).await?;
                self.context.devices.remove(recipient, arn).await
            }
        }
    }

    async fn send_email(&self, recipient: UserId) -> Result<(), Error> {
        let Some(mailer) = &self.context.mailer else { return Ok(()) };
        match mailer.send(recipient, &self.email).await? {
            MailOutcome::Sent => {}
            MailOutcome::NoAddress => {
                tracing::info!(user = %recipient, "the member has no confirmed address or no enabled account")
            }
            // A retry does not help. For example, the address is invalid, or the SES account is in
            // the sandbox and the address is not verified.
            MailOutcome::Rejected => tracing::warn!(user = %recipient, "SES rejects the e-mail"),
        }
        Ok(())
    }
}
