//! One go at recipients people: a few messages at a time, each noted once it is sent.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::time::Duration;

use domain::UserId;
use futures_util::future::join_all;
use lambda::Error;
use lambda::events::Failures;
use lambda::push::Pushed;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use crate::Context;
use crate::mail::Mailed;
use crate::news::{Email, Push};

/// How many messages are under way at the same time.
const CONCURRENT: usize = 16;
/// How long one message may take.
const MAX_TIME: Duration = Duration::from_secs(10);

/// Somebody who chose to be told.
#[derive(Clone, Copy, Debug)]
pub struct Recipient {
    /// Who.
    pub id: UserId,
    /// On all their push_endpoints.
    pub push: bool,
    /// By e-mail.
    pub email: bool,
}

/// One message to one person.
struct Delivery {
    to: UserId,
    by: Way,
}

enum Way {
    /// To the phone with this endpoint (ARN).
    Phone(String),
    Mail,
}

/// What it is noted as: short, because all of an event are noted in one row.
impl Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            Way::Phone(arn) => write!(f, "push#{}", arn.rsplit('/').next().unwrap_or(arn)),
            // Not by their name: the receipt may outlive their account.
            Way::Mail => write!(f, "email#{}", Uuid::new_v5(&self.to.0, b"email")),
        }
    }
}

/// One go at recipients people.
pub struct Round<'a> {
    /// Where messages go, and where it is noted.
    pub context: &'a Context,
    /// What they are told of.
    pub event: Uuid,
    /// In these words, on a phone.
    pub push: Push,
    /// In these words, by e-mail.
    pub email: Email,
    /// When the last message may be begun.
    pub until: Instant,
    /// What was sent already.
    pub told: BTreeSet<String>,
    /// What could not be sent.
    pub failures: Failures,
}

impl Round<'_> {
    /// Tells these people, and notes what was sent. What can not be sent keeps nothing else from it.
    ///
    /// # Errors
    /// DynamoDB's.
    pub async fn tell(&mut self, recipients: &[Recipient]) -> Result<(), Error> {
        let deliveries = self.deliveries(recipients).await?;
        // Noted as often as that: an e-mail that comes twice cannot be told from a second one.
        for together in deliveries.chunks(CONCURRENT) {
            let this = &*self;
            let send = async |delivery: &Delivery| (delivery.to_string(), this.send(delivery).await);
            let sent = join_all(together.iter().map(send)).await;
            let mut told = Vec::new();
            for (name, outcome) in sent {
                if self.failures.note(&name, outcome).is_some() {
                    told.push(name);
                }
            }
            self.told.extend(told.iter().cloned());
            self.context.receipts.note(self.event, told).await?;
        }
        Ok(())
    }

    /// What is left to send to these people.
    async fn deliveries(&self, recipients: &[Recipient]) -> Result<Vec<Delivery>, Error> {
        let by_push = recipients.iter().filter(|recipient| recipient.push);
        let devices = self.context.devices.of(by_push.map(|recipient| recipient.id)).await?;
        let to_phones = devices
            .into_iter()
            .flat_map(|(to, arns)| arns.into_iter().map(move |arn| Delivery { to, by: Way::Phone(arn) }));
        let by_mail = recipients.iter().filter(|recipient| recipient.email);
        let mails = by_mail.map(|recipient| Delivery { to: recipient.id, by: Way::Mail });
        let all = to_phones.chain(mails);
        Ok(all.filter(|delivery| !self.told.contains(&delivery.to_string())).collect())
    }

    async fn send(&self, delivery: &Delivery) -> Result<(), Error> {
        if Instant::now() >= self.until {
            return Err("no time was left".into());
        }
        let send = async {
            match &delivery.by {
                Way::Phone(arn) => self.to_phone(delivery.to, arn).await,
                Way::Mail => self.mail(delivery.to).await,
            }
        };
        timeout(MAX_TIME, send).await.map_err(|_| "no answer in time")?
    }

    async fn to_phone(&self, to: UserId, arn: &str) -> Result<(), Error> {
        match self.context.push_endpoints.send(arn, &self.push.message, &self.push.collapse).await? {
            Pushed::Sent => Ok(()),
            Pushed::Gone => {
                tracing::info!(user = %to, endpoint = arn, "the device is gone");
                // First: only the row names it.
                self.context.push_endpoints.delete(arn).await?;
                self.context.devices.remove(to, arn).await
            }
        }
    }

    async fn mail(&self, to: UserId) -> Result<(), Error> {
        let Some(mail) = &self.context.mail else { return Ok(()) };
        match mail.send(to, &self.email).await? {
            Mailed::Sent => {}
            Mailed::NoAddress => tracing::info!(user = %to, "no confirmed address"),
            // Asking again cannot help: the address is wrong, or SES still waits for somebody to confirm one.
            Mailed::Refused => tracing::warn!(user = %to, "SES refuses the e-mail"),
        }
        Ok(())
    }
}
