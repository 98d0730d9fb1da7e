//! Tells people what is new by mobile push and e-mail: those who chose so, and who may see the thing now.
//!
//! | | |
//! |---|---|
//! | triggered by | SNS *Activity*, what is news, through its queue |
//! | reads | Pictures, Friendships, Comments, Users, Devices; e-mail addresses from the user pool |
//! | emits | messages to push_endpoints (SNS) and e-mails (SES); IdempotencyStore rows; deletions of Devices rows that reach nobody |
//!
//! What happened to many things at once reaches a phone as one message for all pictures of a person, because each replaces the one
//! before; and a mail box as one e-mail for all pictures that a person registers, or comments that a picture gets, within an hour.

mod burst;
mod mail;
mod news;
mod round;
mod tell;

use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use jiff::SignedDuration;
use lambda::events;
use lambda::push::PushEndpoints;
use store::recipients::NotificationRecipients;
use store::{Endpoints, IdempotencyStore, Users};
use tokio::time::Instant;
use tracing::Instrument;

pub use mail::Mail;

/// For how long nobody else begins an event that was begun: as long as the function may run (template.yaml).
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long messages are sent in one run. What is left then comes again with the queue's message.
const RUN: Duration = Duration::from_secs(40);

/// What this function works with.
#[derive(Debug)]
pub struct Context {
    /// Who was told already.
    pub receipts: IdempotencyStore,
    /// Which push_endpoints people have.
    pub devices: Endpoints,
    /// Whom it concerns.
    pub recipients: NotificationRecipients,
    /// What people are called, and how they chose to be told.
    pub users: Users,
    /// Mobile push.
    pub push_endpoints: PushEndpoints,
    /// E-mail, if it was set up.
    pub mail: Option<Mail>,
}

/// Answers one batch of the queue.
pub async fn handle(context: &Context, event: SqsEvent) -> SqsBatchResponse {
    let until = Instant::now() + RUN;
    let tell = async |body: String| {
        let activity = serde_json::from_str(&body)?;
        tell::tell(context, &activity, until).instrument(tell::span(&activity)).await
    };
    events::process_messages(event, tell).await
}
